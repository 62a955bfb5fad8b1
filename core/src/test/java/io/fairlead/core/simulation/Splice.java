package io.fairlead.core.simulation;

/** What can happen to bytes that pass through a pipe: {@link Coverage} demands each of it. */
enum Splice {
    /** A read filled the whole buffer, from where on the direction goes through pipes. */
    BEGUN,
    /** What the direction brought was too little. */
    ENDED,
    /** What a pipe was filled with went to the sink in the same call. */
    WHOLE_AT_ONCE,
    /** The sink did not take it all. */
    HELD,
    /** It took the rest later. */
    HELD_AND_DRAINED,
    /** The sink was gone when it was to take what a pipe holds. */
    RESET_OF_SINK,
    /** A connection ended, and with it what a pipe held. */
    LOST_WITH_CONNECTION,
    /** A FIN was found where more was to go into a pipe. */
    END_BEHIND_PIPE,
    /** All pipes were out. */
    READ_WITHOUT_PIPE,
    /** This machine had no descriptors for one more. */
    OPEN_REFUSED,
    /** A header was seen, and its frame went into a pipe from its first byte on. */
    HEADER_PEEKED,
    /** Less than its header went into the pipe. */
    HEADER_TORN,
    /** A header was seen, and its frame was read: it is short, or was not to be seen whole. */
    HEADER_READ,
    /** A client's bytes, of which the frames are followed. */
    TRACKED_UP,
    /** A backend's bytes, of which the frames are followed. */
    TRACKED_DOWN,
    /** A client's bytes, whatever they are. */
    UNTRACKED_UP,
    /** A backend's bytes, whatever they are. */
    UNTRACKED_DOWN
}
