"""Pages of forms: the desk's, and the public one."""
