"""A GA4 of one's own: a gRPC server that answers Google's unmodified clients, on this machine.

It shares no code with the rest of Milepost: written from the reference, it cannot repeat our mistakes.
`milepost.emulator.embedded.Emulator` starts it; this module stays light so that others may look around.
"""
