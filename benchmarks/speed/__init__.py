"""How fast, how much memory, how it grows: kernels, whole nights, fresh processes."""
