package io.fairlead.core.loop;

/** Where a client goes that was moved off a backend, once that is back. <b>Immutable.</b> */
public enum Failback {
    /** It stays where it was moved to, for as long as its pin lives. */
    KEEP,
    /** It goes back when it next connects, unless another of its connections lives: those stay together. */
    OWNER
}
