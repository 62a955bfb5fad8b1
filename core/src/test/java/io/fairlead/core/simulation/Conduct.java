package io.fairlead.core.simulation;

import java.util.SplittableRandom;

/** How a backend treats a connection. */
enum Conduct {
    /** Answers at once and echoes. */
    ECHO,
    /** Answers, sooner or later, and echoes. */
    LATE,
    /** Sends its answer in pieces. */
    DRIBBLE,
    /** Sends frames right behind its answer, and more between the echoes. */
    TALK,
    /** Sends its answer in small pieces, seconds apart. */
    SLOW_DRIBBLE,
    /** Reads a few bytes now and then. */
    TRICKLE,
    /** Says no. */
    DECLINE,
    /** Says yes with a wrong Sec-WebSocket-Accept. */
    WRONG_ACCEPT,
    /** Answers with a head that is longer than anybody looks at. */
    LONG_HEAD,
    /** Ends instead of answering. */
    HANG_UP,
    /** Resets as soon as it hears something. */
    RESET,
    /** Never answers. */
    SILENT,
    /** Never reads. */
    DEAF,
    /** Ends its own direction at once, and reads only later. */
    MUTE,
    /** Sends a piece of an answer and ends. */
    STUMP,
    /** Sends a piece of an answer and resets. */
    STUMP_RESET,
    /** Sends a Close frame after some messages. */
    CLOSE_FIRST,
    /** Resets after some messages. */
    RESET_LATER,
    /** Ends its own direction after some messages, and still reads. */
    END_LATER,
    /** Leaves after some messages, whatever it has not read. */
    LEAVE_LATER,
    /** Stops reading after some messages, for a while or for good. */
    DEAF_LATER;

    private static final Conduct[] VALUES = values();

    static Conduct random(SplittableRandom random, HistorySettings settings) {
        if (settings.isCalm) {
            return VALUES[random.nextInt(3) == 0 ? random.nextInt(TALK.ordinal() + 1) : 0];
        }
        return random.nextInt(1000) < settings.misconductChance ? VALUES[random.nextInt(VALUES.length)] : ECHO;
    }
}
