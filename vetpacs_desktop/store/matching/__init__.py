"""Questions of other archives, matched against the index (PS3.4 C.2.2.2). It never connects."""
