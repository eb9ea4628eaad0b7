"""A computer we can read: GPU, processor, memory, disks, processes."""
