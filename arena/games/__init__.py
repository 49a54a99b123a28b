"""What is played: the catalog, the adapter to PettingZoo and Gymnasium, and the hosts that step games."""
