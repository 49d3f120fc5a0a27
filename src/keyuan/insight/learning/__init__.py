"""What all models share: frames, boosting, linear models, blends, calibration, metrics, reasons, files. No Django here."""
