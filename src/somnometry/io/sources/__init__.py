"""Where samples come from: one file, an mne Raw, or several files as one."""
