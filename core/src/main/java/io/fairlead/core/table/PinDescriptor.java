package io.fairlead.core.table;

/**
 * Layout of a pin's record, native order.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *   |                  Client Key, high and low (2 x 8)             |  0
 *  ...                                                             ...
 *   +---------------------------------------------------------------+
 *   |        Idle Since: when the last connection ended             | 16
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *   |                         Listener Index                        | 24
 *   +---------------------------------------------------------------+
 *   |                           Backend Id                          | 28
 *   +---------------------------------------------------------------+
 *   |                           Live Count                          | 32
 *   +---------------------------------------------------------------+
 *   |           Next in Bucket, or next free record                 | 36
 *   +---------------------------------------------------------------+
 *   |             Previous, then Next Idle, oldest first            | 40
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * </pre>
 */
final class PinDescriptor {
    static final int KEY_HI_OFFSET = 0;
    static final int KEY_LO_OFFSET = KEY_HI_OFFSET + Long.BYTES;
    static final int IDLE_SINCE_OFFSET = KEY_LO_OFFSET + Long.BYTES;
    static final int LISTENER_OFFSET = IDLE_SINCE_OFFSET + Long.BYTES;
    static final int BACKEND_ID_OFFSET = LISTENER_OFFSET + Integer.BYTES;
    static final int LIVE_COUNT_OFFSET = BACKEND_ID_OFFSET + Integer.BYTES;
    static final int BUCKET_NEXT_OFFSET = LIVE_COUNT_OFFSET + Integer.BYTES;
    static final int IDLE_PREVIOUS_OFFSET = BUCKET_NEXT_OFFSET + Integer.BYTES;
    static final int IDLE_NEXT_OFFSET = IDLE_PREVIOUS_OFFSET + Integer.BYTES;

    static final int RECORD_LENGTH = IDLE_NEXT_OFFSET + Integer.BYTES;

    private PinDescriptor() {}
}
