package io.fairlead.core.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a client sets out to do, step by step. */
final class ClientScript {
    final Kind kind;
    final List<Step> steps;

    /** What a client speaks. */
    enum Kind {
        WEBSOCKET,
        HTTP,
        OPAQUE,
        /** Waits for the server to speak first. */
        SILENT,
        MALFORMED,
        TOO_LONG
    }

    /** What a client does next. */
    enum Step {
        /** Send a piece of the request. */
        PIECE,
        /** Send all that is left of the request. */
        REQUEST,
        /** Wait until the answer has arrived. */
        AWAIT_ANSWER,
        /** Leave if the answer was no yes. */
        LEAVE_IF_DECLINED,
        MESSAGE,
        /** Send a message in several frames, control frames between them. */
        FRAGMENTS,
        PING,
        /** Send more than anybody throws away. */
        FLOOD,
        /** Send bytes that are no frames, from now on. */
        GARBAGE,
        /** Stop reading. */
        PAUSE,
        RESUME,
        /** Wait a little. */
        THINK,
        /** Wait for longer than some limits. */
        SLEEP,
        /** Wait until all messages have been echoed. */
        AWAIT_ECHOES,
        /** Send a Close frame. */
        CLOSE,
        /** Send FIN. */
        FINISH,
        /** Wait for the other end's FIN. */
        AWAIT_END,
        LEAVE,
        RESET,
        VANISH,
        /** Do nothing more, and stay. */
        STAY
    }

    private ClientScript(Kind kind, List<Step> steps) {
        this.kind = kind;
        this.steps = steps;
    }

    /** A WebSocket over which a message goes now and then, as often as said, before it is closed. */
    static ClientScript session(int messageCount) {
        final List<Step> steps = new ArrayList<>(List.of(Step.REQUEST, Step.AWAIT_ANSWER, Step.LEAVE_IF_DECLINED));
        for (int i = 0; i < messageCount; i++) {
            steps.addAll(List.of(Step.MESSAGE, Step.AWAIT_ECHOES, Step.SLEEP));
        }
        addOrderlyEnd(steps, Kind.WEBSOCKET);
        return new ClientScript(Kind.WEBSOCKET, steps);
    }

    static ClientScript random(SplittableRandom random, boolean isCalm) {
        final int draw = random.nextInt(100);
        final Kind kind;
        if (isCalm) {
            kind = draw < 80 ? Kind.WEBSOCKET : draw < 90 ? Kind.HTTP : Kind.OPAQUE;
        } else if (draw < 60) {
            kind = Kind.WEBSOCKET;
        } else if (draw < 70) {
            kind = Kind.HTTP;
        } else if (draw < 84) {
            kind = Kind.OPAQUE;
        } else {
            kind = draw < 90 ? Kind.SILENT : draw < 95 ? Kind.MALFORMED : Kind.TOO_LONG;
        }
        final List<Step> steps = new ArrayList<>();
        addRequest(steps, kind, random);
        if (!isCalm && random.nextInt(12) == 0) {
            // Ends, or falls silent, in the middle of its request.
            steps.remove(steps.size() - 1);
            steps.add(Step.PIECE);
            addRudeEnd(steps, random.nextInt(7));
            return new ClientScript(kind, steps);
        }
        if (!isCalm && kind != Kind.SILENT && random.nextInt(12) == 0) {
            // Says all it has to say, and waits for nothing.
            steps.add(Step.MESSAGE);
            steps.add(random.nextInt(2) == 0 ? Step.FINISH : Step.THINK);
            addRudeEnd(steps, random.nextInt(7));
            return new ClientScript(kind, steps);
        }
        addTalk(steps, kind, random, isCalm);
        if (isCalm || random.nextInt(2) == 0) {
            addOrderlyEnd(steps, kind);
            return new ClientScript(kind, steps);
        }
        if (kind == Kind.WEBSOCKET && random.nextInt(8) == 0) {
            steps.add(Step.GARBAGE);
        }
        addRudeEnd(steps, random.nextInt(steps.contains(Step.GARBAGE) ? 7 : 8));
        return new ClientScript(kind, steps);
    }

    private static void addRequest(List<Step> steps, Kind kind, SplittableRandom random) {
        if (kind == Kind.SILENT) {
            steps.add(Step.AWAIT_ANSWER);
        }
        final int pieceCount = random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 4);
        for (int i = 0; i < pieceCount; i++) {
            steps.add(Step.PIECE);
            if (random.nextInt(2) == 0) {
                steps.add(Step.THINK);
            }
        }
        steps.add(Step.REQUEST);
    }

    private static void addTalk(List<Step> steps, Kind kind, SplittableRandom random, boolean isCalm) {
        final boolean isFramed = kind == Kind.WEBSOCKET;
        if (isFramed && random.nextInt(6) == 0) {
            steps.add(Step.MESSAGE);
        }
        if (kind != Kind.OPAQUE || random.nextInt(2) == 0) {
            steps.add(Step.AWAIT_ANSWER);
        }
        if ((kind == Kind.MALFORMED || kind == Kind.TOO_LONG) && random.nextInt(8) == 0) {
            steps.add(Step.FLOOD);
        }
        if (kind == Kind.HTTP || kind == Kind.MALFORMED || kind == Kind.TOO_LONG) {
            return;
        }
        final int roundCount = random.nextInt(5);
        for (int i = 0; i < roundCount; i++) {
            switch (random.nextInt(isCalm ? 7 : 9)) {
                case 0, 1 -> steps.add(Step.MESSAGE);
                case 2, 3 -> {
                    steps.add(Step.MESSAGE);
                    steps.add(Step.AWAIT_ECHOES);
                }
                case 4 -> steps.add(isFramed ? Step.FRAGMENTS : Step.MESSAGE);
                case 5 -> steps.add(isFramed ? Step.PING : Step.THINK);
                case 6 -> {
                    steps.add(Step.PAUSE);
                    steps.add(Step.MESSAGE);
                    steps.add(Step.THINK);
                    steps.add(Step.MESSAGE);
                    steps.add(Step.RESUME);
                }
                case 7 -> {
                    steps.add(Step.PAUSE);
                    steps.add(Step.MESSAGE);
                    steps.add(Step.SLEEP);
                    steps.add(Step.RESUME);
                }
                default -> steps.add(Step.SLEEP);
            }
        }
    }

    private static void addOrderlyEnd(List<Step> steps, Kind kind) {
        steps.add(Step.AWAIT_ECHOES);
        steps.add(kind == Kind.WEBSOCKET ? Step.CLOSE : Step.FINISH);
        steps.add(Step.AWAIT_END);
        steps.add(Step.LEAVE);
    }

    private static void addRudeEnd(List<Step> steps, int which) {
        switch (which) {
            case 0 -> steps.add(Step.RESET);
            case 1 -> {
                // Half-closed, and slow to take what is still coming.
                steps.add(Step.PAUSE);
                steps.add(Step.FINISH);
                steps.add(Step.SLEEP);
                steps.add(Step.RESUME);
                steps.add(Step.AWAIT_END);
                steps.add(Step.LEAVE);
            }
            case 2 -> steps.add(Step.VANISH);
            case 3 -> steps.add(Step.LEAVE);
            case 4 -> {
                steps.add(Step.FINISH);
                steps.add(Step.AWAIT_END);
                steps.add(Step.LEAVE);
            }
            case 5 -> {
                steps.add(Step.FINISH);
                steps.add(Step.STAY);
            }
            case 6 -> steps.add(Step.STAY);
            default -> {
                steps.add(Step.PAUSE);
                steps.add(Step.MESSAGE);
                steps.add(Step.MESSAGE);
                steps.add(Step.MESSAGE);
                steps.add(Step.STAY);
            }
        }
    }
}
