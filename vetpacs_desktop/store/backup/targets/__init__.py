"""The places a backup can lie: a folder, a disk, a share of the network, another computer."""
