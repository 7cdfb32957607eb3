"""The port that machines send to: connections, the bytes that arrive, the answer once they are safe."""
