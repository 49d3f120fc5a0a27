"""Legal clocks and other dated parameters, each with the article it comes from."""
