"""The port that machines send to: connections, the bytes of what arrives, and the answer once they are safe."""
