"""True volumes from parallel slices: where every voxel lies in the animal, and how planes cut through it."""
