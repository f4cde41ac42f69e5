"""Care: casualties, the ambulance's cycle, and hospitals with bays, theatres and beds."""
