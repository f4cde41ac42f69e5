"""Invented names: Chinese and English, drawn in a fixed order."""

TITLE_ZH, TITLE_EN = "临澜市（虚构）", "Linlan (fictional)"
CITY_ZH, CITY_EN = "临澜市", "Linlan"

FIRST: tuple[tuple[str, str], ...] = (
    ("云", "Yun"),
    ("桐", "Tong"),
    ("望", "Wang"),
    ("澄", "Cheng"),
    ("书", "Shu"),
    ("梅", "Mei"),
    ("石", "Shi"),
    ("清", "Qing"),
    ("柳", "Liu"),
    ("文", "Wen"),
    ("锦", "Jin"),
    ("松", "Song"),
    ("凤", "Feng"),
    ("竹", "Zhu"),
    ("平", "Ping"),
    ("玉", "Yu"),
    ("晴", "Qing"),
    ("杏", "Xing"),
    ("永", "Yong"),
    ("青", "Qing"),
    ("荷", "He"),
    ("鹤", "He"),
    ("春", "Chun"),
    ("丹", "Dan"),
)
SECOND: tuple[tuple[str, str], ...] = (
    ("桥", "qiao"),
    ("湾", "wan"),
    ("林", "lin"),
    ("溪", "xi"),
    ("塘", "tang"),
    ("汀", "ting"),
    ("亭", "ting"),
    ("浦", "pu"),
    ("园", "yuan"),
    ("坊", "fang"),
    ("岸", "an"),
    ("洲", "zhou"),
    ("岭", "ling"),
    ("津", "jin"),
    ("庭", "ting"),
    ("泽", "ze"),
)


def name(number: int) -> tuple[str, str]:
    """The n-th invented place name; the 384 combinations repeat with a numeral after them.

    >>> name(0)
    ('云桥', 'Yunqiao')
    >>> name(384)
    ('云桥二', 'Yunqiao 2')
    """
    turn, rest = divmod(number, len(FIRST) * len(SECOND))
    first = FIRST[rest % len(FIRST)]
    second = SECOND[(rest + rest // len(FIRST)) % len(SECOND)]
    tail_zh, tail_en = ("", "") if not turn else (numeral(turn + 1), f" {turn + 1}")
    return first[0] + second[0] + tail_zh, first[1] + second[1] + tail_en


def spaced_name(number: int, offset: int) -> tuple[str, str]:
    """The n-th name of one series; neighbours differ, no name comes twice within 384.

    Args:
        number: 0 or more.
        offset: Where the series starts, so that series differ.
    """
    count = len(FIRST) * len(SECOND)
    turn, rest = divmod(number, count)
    return name(turn * count + (offset + 25 * rest) % count)


def numeral(number: int) -> str:
    """Chinese numeral of 0 to 99; digits beyond.

    >>> numeral(2), numeral(12), numeral(45)
    ('二', '十二', '四十五')
    """
    digits = "零一二三四五六七八九"
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    return head + (digits[ones] if ones or not tens else "")
