"""Who somebody is: codes to a mobile number, and the real-time check of name, document and number."""
