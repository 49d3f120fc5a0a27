"""Cards that customers fill in themselves, and market surveys: forms built in the browser, and what comes back."""
