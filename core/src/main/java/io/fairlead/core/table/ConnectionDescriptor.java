package io.fairlead.core.table;

/**
 * Layout of a connection's record. The first 64 bytes are what a forwarded message touches; the second 64, and the
 * count of messages, are what frame tracking adds. Times are nanoseconds of the loop's clock, lengths are bytes,
 * native order.
 *
 * <p>Offsets (unsent, end, head end, WebSocket key) are absolute in the buffer that a slab shares with its
 * neighbours. A direction's unsent bytes stand from Unsent Offset to End Offset; of a pipe both count from 0. In LINGERING there is no slab: the
 * first End Offset then counts the bytes that were thrown away.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *   |                     State: phase and flags                    |  0
 *   +---------------------------------------------------------------+
 *   |                           Generation                          |  4
 *   +---------------------------------------------------------------+
 *   |                         Last Activity                         |  8
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *   |                         Client Socket                         | 16
 *   +---------------------------------------------------------------+
 *   |                         Backend Socket                        | 20
 *   +---------------------------------------------------------------+
 *   |                           Backend Id                          | 24
 *   +---------------------------------------------------------------+
 *   |          Client Interest      |       Backend Interest        | 28
 *   +---------------------------------------------------------------+
 *   |                 Bytes Read, each direction (2 x 8)            | 32
 *  ...                                                             ...
 *   +---------------------------------------------------------------+
 *   |               Slab or pipe, each direction (2 x 4)            | 48
 *   +---------------------------------------------------------------+
 *   |                          Phase Start                          | 56
 *   |                                                               |
 *   +===============================================================+
 *   |     Tracker, each direction (2 x 32); before the 101 the      | 64
 *  ...    states of the upgrade peek and of the answer peek        ...
 *   +===============================================================+
 *   |          Unsent Offset, each direction (2 x 4)                | 128
 *   +---------------------------------------------------------------+
 *   |            End Offset, each direction (2 x 4)                 | 136
 *   +---------------------------------------------------------------+
 *   |     Last Progress of a slab or pipe, each direction (2 x 8)   | 144
 *  ...                                                             ...
 *   +---------------------------------------------------------------+
 *   |              Messages, each direction (2 x 8)                 | 160
 *  ...                                                             ...
 *   +---------------------------------------------------------------+
 *   |      Previous in Line, then Next in Line (2 x 4 each)         | 176
 *  ...                                                             ...
 *   +===============================================================+
 *   |                  Client Address (16, big-endian)              | 192
 *  ...                                                             ...
 *   +---------------------------------------------------------------+
 *   |                          Client Port                          | 208
 *   +---------------------------------------------------------------+
 *   |                         Listener Index                        | 212
 *   +---------------------------------------------------------------+
 *   |                     Key, high and low (2 x 8)                 | 216
 *  ...                                                             ...
 *   +---------------------------------------------------------------+
 *   |                         Accepted Time                         | 232
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *   |                           Peeked Time                         | 240
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *   |                         Connected Time                        | 248
 *   |                                                               |
 *   +===============================================================+
 *   |                         Upgraded Time                         | 256
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *   |                              Pin                              | 264
 *   +---------------------------------------------------------------+
 *   |                            Head End                           | 268
 *   +---------------------------------------------------------------+
 *   |                       WebSocket Key Offset                    | 272
 *   +---------------------------------------------------------------+
 *   |                        Attempt Count                          | 276
 *   +---------------------------------------------------------------+
 *   |                     Tried Backends (8 x 4)                    | 280
 *  ...                                                             ...
 *   +---------------------------------------------------------------+
 *   |            Why Chosen         |       Pending Cause           | 312
 *   +---------------------------------------------------------------+
 *   |           Close Code          |    Closed By Client           | 316
 *   +---------------------------------------------------------------+
 * </pre>
 */
final class ConnectionDescriptor {
    static final int STATE_OFFSET = 0;
    static final int GENERATION_OFFSET = STATE_OFFSET + Integer.BYTES;
    static final int LAST_ACTIVITY_OFFSET = GENERATION_OFFSET + Integer.BYTES;
    static final int SOCKET_OFFSET = LAST_ACTIVITY_OFFSET + Long.BYTES;
    static final int BACKEND_ID_OFFSET = SOCKET_OFFSET + 2 * Integer.BYTES;
    static final int INTEREST_OFFSET = BACKEND_ID_OFFSET + Integer.BYTES;
    static final int BYTES_READ_OFFSET = INTEREST_OFFSET + 2 * Short.BYTES;
    static final int SLAB_OFFSET = BYTES_READ_OFFSET + 2 * Long.BYTES;
    static final int PHASE_START_OFFSET = SLAB_OFFSET + 2 * Integer.BYTES;

    static final int TRACKER_LENGTH = 32;
    static final int TRACKER_OFFSET = PHASE_START_OFFSET + Long.BYTES;

    static final int UNSENT_OFFSET = TRACKER_OFFSET + 2 * TRACKER_LENGTH;
    static final int END_OFFSET = UNSENT_OFFSET + 2 * Integer.BYTES;
    static final int PROGRESS_OFFSET = END_OFFSET + 2 * Integer.BYTES;
    static final int MESSAGES_OFFSET = PROGRESS_OFFSET + 2 * Long.BYTES;
    static final int LINE_PREVIOUS_OFFSET = MESSAGES_OFFSET + 2 * Long.BYTES;
    static final int LINE_NEXT_OFFSET = LINE_PREVIOUS_OFFSET + 2 * Integer.BYTES;

    static final int ADDRESS_OFFSET = LINE_NEXT_OFFSET + 2 * Integer.BYTES;
    static final int PORT_OFFSET = ADDRESS_OFFSET + 16;
    static final int LISTENER_OFFSET = PORT_OFFSET + Integer.BYTES;
    static final int KEY_OFFSET = LISTENER_OFFSET + Integer.BYTES;
    static final int ACCEPTED_OFFSET = KEY_OFFSET + 2 * Long.BYTES;
    static final int PEEKED_OFFSET = ACCEPTED_OFFSET + Long.BYTES;
    static final int CONNECTED_OFFSET = PEEKED_OFFSET + Long.BYTES;
    static final int UPGRADED_OFFSET = CONNECTED_OFFSET + Long.BYTES;
    static final int PIN_OFFSET = UPGRADED_OFFSET + Long.BYTES;
    static final int HEAD_END_OFFSET = PIN_OFFSET + Integer.BYTES;
    static final int WEBSOCKET_KEY_OFFSET = HEAD_END_OFFSET + Integer.BYTES;
    static final int ATTEMPTS_OFFSET = WEBSOCKET_KEY_OFFSET + Integer.BYTES;
    static final int TRIED_OFFSET = ATTEMPTS_OFFSET + Integer.BYTES;
    static final int TRIED_LIMIT = 8;
    static final int WHY_OFFSET = TRIED_OFFSET + TRIED_LIMIT * Integer.BYTES;
    static final int PENDING_CAUSE_OFFSET = WHY_OFFSET + Short.BYTES;
    static final int CLOSE_CODE_OFFSET = PENDING_CAUSE_OFFSET + Short.BYTES;
    static final int CLOSED_BY_CLIENT_OFFSET = CLOSE_CODE_OFFSET + Short.BYTES;

    static final int RECORD_LENGTH = CLOSED_BY_CLIENT_OFFSET + Short.BYTES;

    private ConnectionDescriptor() {}
}
