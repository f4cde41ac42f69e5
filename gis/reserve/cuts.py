"""Cuts of the recourse: what each scenario and item costs at least, as a linear function of a plan.

A cut reads ``theta_sk >= constant - doors @ Y - stores @ H`` with ``Y`` how far each depot is open
in each size class and ``H`` what each slot of a site holds: one per class, agreement, production.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.reserve.lanes import Lanes
from gis.reserve.monolith import prices
from gis.reserve.transport import cut_all, serve_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """One cut per scenario and item.

    Attributes:
        constant: Shape ``(N, K)``.
        doors: Coefficient of each depot's opening, shape ``(N, K, S, L)``.
        stores: Coefficient of what it holds of this item, shape ``(N, K, L + 2, S)``.
        cost: Recourse at the point the cuts were made at [yuan], shape ``(N, K)``.
    """

    constant: NDArray[np.float64]
    doors: NDArray[np.float64]
    stores: NDArray[np.float64]
    cost: NDArray[np.float64]

    def at(self, open_share: NDArray[np.float64], held: NDArray[np.float64]) -> NDArray[np.float64]:
        """Value of each cut at a point, shape ``(N, K)``."""
        doors = np.einsum("nksl,sl->nk", self.doors, open_share)
        stores = np.einsum("nkms,msk->nk", self.stores, held)
        value: NDArray[np.float64] = self.constant - doors - stores
        return value


class Cutter:
    """Makes cuts at points of the relaxed first stage.

    Args:
        lanes: The recourse, split by class.
        rough: The recourse, not split: a third of the sources, for prices that are nearly as good.
        typical: What a fully open depot would hold [unit], shape ``(L + 2, S, K)``; decides how
            cuts treat depots that are closed at the point.
    """

    def __init__(self, lanes: Lanes, *, rough: Lanes, typical: NDArray[np.float64]) -> None:
        self.rough, self.rough_flow = rough, np.empty(rough.cost.shape)
        self.lanes, self.slots, self.sites = lanes, len(typical), typical.shape[1]
        self.typical = lanes.supply(typical)
        self.price = prices(lanes)
        self.flow = np.empty(lanes.cost.shape)
        self.unmet, self.worth = np.empty(lanes.need.shape), np.empty(lanes.need.shape)
        shape = (*lanes.need.shape[:2], len(lanes.sources.site))
        self.rent, self.door = np.empty(shape), np.empty(shape)
        self.constant = np.empty(shape[:2])

    def cut(
        self,
        open_share: NDArray[np.float64],
        held: NDArray[np.float64],
        *,
        is_rough: bool = False,
    ) -> Cuts:
        """Serve every scenario at a point and give its cuts.

        Args:
            open_share: How far each depot is open in each class, 0 to 1, shape ``(S, L)``.
            held: Amounts by slot, site and item, shape ``(L + 2, S, K)``.
            is_rough: Take the prices of needs from the recourse that is not split: any prices give
                valid cuts, and these come several times quicker; ``cost`` is then a lower bound.
        """
        lanes = self.lanes
        share, supply = self._at(lanes, open_share, held)
        if is_rough:
            classes = open_share.shape[1]
            merged = np.concatenate([held[:classes].sum(axis=0, keepdims=True), held[classes:]])
            point = self._at(self.rough, open_share.sum(axis=1, keepdims=True), merged)
            self._serve(self.rough, *point, flow=self.rough_flow)
        else:
            self._serve(lanes, share, supply, flow=self.flow)
        cut_all(
            lanes.cost,
            lanes.need,
            self.worth,
            supply,
            share,
            self.typical,
            lanes.is_own,
            self.constant,
            self.rent,
            self.door,
        )
        return self._gather(share, supply)

    def _at(
        self, lanes: Lanes, open_share: NDArray[np.float64], held: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Share and supply of each source."""
        door = np.concatenate([open_share, np.ones((self.sites, 2))], axis=1)
        share = door[lanes.sources.site, lanes.sources.slot]
        return np.minimum(share, 1.0), lanes.supply(held)

    def _serve(
        self,
        lanes: Lanes,
        share: NDArray[np.float64],
        supply: NDArray[np.float64],
        *,
        flow: NDArray[np.float64],
    ) -> None:
        serve_all(lanes.cost, lanes.need, self.price, supply, share, flow, self.unmet, self.worth)

    def _gather(self, share: NDArray[np.float64], supply: NDArray[np.float64]) -> Cuts:
        lanes, sources = self.lanes, self.lanes.sources
        count, items = lanes.need.shape[:2]
        doors = np.zeros((count, items, self.sites, self.slots))
        stores = np.zeros((count, items, self.slots, self.sites))
        weight = self.rent * lanes.survival[:, None, :] * sources.factor.T[None]
        for source, (slot, site) in enumerate(zip(sources.slot, sources.site, strict=True)):
            doors[:, :, site, slot] += self.door[:, :, source]
            stores[:, :, slot, site] += weight[:, :, source]
        cost = self.constant - (self.rent * supply + self.door * share).sum(axis=2)
        return Cuts(constant=self.constant.copy(), doors=doors[..., :-2], stores=stores, cost=cost)
