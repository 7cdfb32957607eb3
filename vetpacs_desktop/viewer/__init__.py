"""The reading core: pure functions of frozen state. No Qt, no VTK (but `render/`), no database."""
