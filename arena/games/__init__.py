"""What is played: the catalog, the adapter to PettingZoo and Gymnasium, the hosts that step games, and games
of our own, which importing this package makes known to PettingZoo.
"""

from arena.games import registration

registration.ensure()
