"""What a stager's error does to a metric: calibrations on nights that people scored too."""
