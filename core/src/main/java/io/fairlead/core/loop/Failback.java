package io.fairlead.core.loop;

/** Where a client goes that was moved off a backend, once that is back. <b>Immutable.</b> */
public enum Failback {
    /** It stays where it was moved to, for as long as its pin lives. */
    KEEP,
    /**
     * A pin holds only while its client has a connection, for those stay together; the next one after that goes to the client's owner, if
     * that takes it.
     */
    OWNER
}
