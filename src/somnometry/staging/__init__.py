"""From a recording to features to a hypnogram. The only reader of the classifiers of YASA."""
