package io.fairlead.core.loop;

import io.fairlead.core.rules.AgentAnswer;
import io.fairlead.core.rules.AnswerPeek;
import io.fairlead.core.rules.UpgradeAccept;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Checks backends and asks their agents, on the loop's own sockets: each check connects, asks, listens and ends within the
 * check's time-out. What comes of it is {@link Health}'s to judge. A check that this machine cannot make, for want of
 * descriptors or ports, says nothing about a backend.
 *
 * <p>Between checks it costs a cycle one comparison.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Prober {
    private static final int CHECKS_PER_BACKEND = 2;
    private static final int CHECK_LIMIT = CHECKS_PER_BACKEND * BackendSet.INDEX_LIMIT;

    /** A tenth more or less, so that many checks do not fall into step. */
    private static final double JITTER = 0.1;

    /** A masked Close frame with the code 1000 (RFC 6455 section 5.5.1). */
    private static final int CLOSE_LENGTH = 8;

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int CLOSE_FIRST = 0x88;
    private static final int CLOSE_SECOND = 0x82;
    private static final int NORMAL_CLOSURE_HIGH = 1000 >>> Byte.SIZE;
    private static final int NORMAL_CLOSURE_LOW = 1000 & 0xff;
    private static final int CLOSE_KEY_OFFSET = 2;
    private static final int CLOSE_CODE_OFFSET = 6;

    private final LoopState state;
    private final Transport transport;
    private final SourceAddresses sources;
    private final Health health;
    private final Defects defects;
    private final HealthSettings.Checks settings;
    private final SplittableRandom random;
    private final UpgradeAccept accept = new UpgradeAccept();
    private final Check[] byIndex = new Check[CHECK_LIMIT];
    private final int[] generations = new int[CHECK_LIMIT];
    private final List<Check> checks = new ArrayList<>();
    private long nextNs;
    private int openCount;

    Prober(LoopState state, SourceAddresses sources, Health health, Defects defects, long seed) {
        this.state = state;
        this.sources = sources;
        this.health = health;
        this.defects = defects;
        transport = state.transport;
        settings = state.settings.health().checks();
        random = new SplittableRandom(seed);
    }

    /** A backend was configured: begin to check it, at a moment of its own. */
    void onAdded(Backend backend, Settings.BackendSettings added, long nowNs) {
        final int index = CHECKS_PER_BACKEND * BackendSet.index(backend.id());
        if (settings.kind() != CheckKind.OFF) {
            add(new Check(backend, index, settings.kind(), null, settings), settings.fastIntervalNs(), nowNs);
        }
        if (added.agent() != null) {
            add(new Check(backend, index + 1, null, added.agent(), settings), settings.agentIntervalNs(), nowNs);
        }
    }

    private void add(Check check, long spreadNs, long nowNs) {
        check.generation = generations[check.index];
        // As if the last one had been an interval ago, so that one that is asked for need not wait.
        check.startedNs = nowNs - settings.intervalNs();
        check.dueNs = nowNs + (long) (random.nextDouble() * spreadNs);
        byIndex[check.index] = check;
        checks.add(check);
        hasten(check.dueNs);
    }

    /** A backend is no longer configured: whatever is under way is dropped. */
    void onRemoved(Backend backend) {
        final int index = CHECKS_PER_BACKEND * BackendSet.index(backend.id());
        for (int i = index; i < index + CHECKS_PER_BACKEND; i++) {
            final Check check = byIndex[i];
            if (check != null) {
                disconnect(check);
                generations[i] = check.generation;
                byIndex[i] = null;
                checks.remove(check);
            }
        }
    }

    /** Check a backend as soon as may be, though never faster than the fast interval: clients can ask for this. */
    void checkSoon(Backend backend, long nowNs) {
        final Check check = byIndex[CHECKS_PER_BACKEND * BackendSet.index(backend.id())];
        if (check != null && check.step == Check.Step.IDLE) {
            final long soonestNs = check.startedNs + settings.fastIntervalNs();
            final long soonNs = soonestNs - nowNs > 0 ? soonestNs : nowNs;
            if (soonNs - check.dueNs < 0) {
                check.dueNs = soonNs;
                hasten(soonNs);
            }
        }
    }

    /** Begin checks that are due and end those whose time is up. @return how many. */
    int advance(long nowNs) {
        if (checks.isEmpty() || nowNs - nextNs < 0) {
            return 0;
        }
        int count = 0;
        for (int i = 0; i < checks.size(); i++) {
            final Check check = checks.get(i);
            if (nowNs - nextActionNs(check) >= 0) {
                count++;
                attempt(check, () -> onTime(check, nowNs), nowNs);
            }
        }
        nextNs = nextActionNs(checks.get(0));
        for (int i = 1; i < checks.size(); i++) {
            hasten(nextActionNs(checks.get(i)));
        }
        return count;
    }

    /** A check's socket is ready. */
    void onReady(long token, long nowNs) {
        final Check check = byIndex[Token.checkIndex(token)];
        if (check == null || check.step == Check.Step.IDLE || !Token.isOfCheckGeneration(token, check.generation)) {
            state.counters.increment(LoopCounter.STALE_EVENTS);
            return;
        }
        attempt(check, () -> onReady(check, nowNs), nowNs);
    }

    /** Sockets of checks under way. */
    int openCount() {
        return openCount;
    }

    /** Drop all that is under way, for good. */
    void close() {
        for (final Check check : checks) {
            disconnect(check);
        }
        checks.clear();
    }

    /** A defect here costs one check. */
    private void attempt(Check check, Runnable action, long nowNs) {
        try {
            action.run();
        } catch (final RuntimeException e) {
            defects.note(e);
            disconnect(check);
            schedule(check, nowNs);
        }
    }

    private void onTime(Check check, long nowNs) {
        switch (check.step) {
            case IDLE -> begin(check, nowNs);
            case CLOSING -> {
                disconnect(check);
                schedule(check, nowNs);
            }
            case CONNECTING -> fail(check, "connect timed out", nowNs);
            default -> fail(check, "no answer in time", nowNs);
        }
    }

    private void onReady(Check check, long nowNs) {
        switch (check.step) {
            case CONNECTING -> onConnecting(check, nowNs);
            case ASKING -> ask(check, nowNs);
            default -> listen(check, nowNs);
        }
    }

    /** When something is to be done about a check, if nothing happens before. */
    private long nextActionNs(Check check) {
        return check.step == Check.Step.IDLE ? check.dueNs : check.startedNs + settings.timeoutNs();
    }

    private void hasten(long timeNs) {
        if (checks.size() == 1 || timeNs - nextNs < 0) {
            nextNs = timeNs;
        }
    }

    private void begin(Check check, long nowNs) {
        check.begin(random, nowNs);
        final int socket =
                check.isForAgent() ? transport.connect(check.agent, null) : sources.connect(check.backend, transport);
        if (socket < 0) {
            onConnectFailed(check, socket, nowNs);
            return;
        }
        check.socket = socket;
        check.step = Check.Step.CONNECTING;
        openCount++;
        if (transport.register(socket, token(check), Transport.WRITABLE) != 0) {
            onConnectFailed(check, Transport.LOCAL_RESOURCE, nowNs);
        }
    }

    private void onConnecting(Check check, long nowNs) {
        final int outcome = transport.finishConnect(check.socket);
        if (outcome == Transport.CONNECT_DONE) {
            onConnected(check, nowNs);
        } else if (outcome != Transport.CONNECT_PENDING) {
            onConnectFailed(check, outcome, nowNs);
        }
    }

    private void onConnectFailed(Check check, int outcome, long nowNs) {
        if (outcome == Transport.LOCAL_RESOURCE || outcome == Transport.CONNECT_NO_PORT) {
            disconnect(check);
            schedule(check, nowNs);
        } else {
            fail(check, ConnectOutcome.describe(outcome), nowNs);
        }
    }

    private void onConnected(Check check, long nowNs) {
        if (check.kind == CheckKind.TCP) {
            pass(check, nowNs);
        } else if (check.isForAgent()) {
            startListening(check);
        } else {
            check.step = Check.Step.ASKING;
            ask(check, nowNs);
        }
    }

    private void ask(Check check, long nowNs) {
        final int length = transport.write(
                check.socket, check.request, check.writtenLength, check.requestLength - check.writtenLength);
        if (length == Transport.RESET) {
            fail(check, "connection reset", nowNs);
            return;
        }
        check.writtenLength += Math.max(0, length);
        if (check.writtenLength == check.requestLength) {
            startListening(check);
        }
    }

    private void startListening(Check check) {
        check.step = Check.Step.LISTENING;
        transport.setInterest(check.socket, token(check), Transport.READABLE);
    }

    private void listen(Check check, long nowNs) {
        if (check.step == Check.Step.CLOSING) {
            // What a server still says before its own Close is of no interest, and there is always room for it.
            check.answerLength = 0;
        }
        final int length = transport.read(
                check.socket, check.answer, check.answerLength, Check.ANSWER_LENGTH - check.answerLength);
        if (length == Transport.WOULD_BLOCK) {
            return;
        }
        check.answerLength += Math.max(0, length);
        if (check.step == Check.Step.CLOSING) {
            if (length < 0) {
                disconnect(check);
                schedule(check, nowNs);
            }
        } else {
            judge(check, length, nowNs);
        }
    }

    private void judge(Check check, int length, long nowNs) {
        if (check.isForAgent()) {
            judgeAgent(check, length, nowNs);
        } else if (length == Transport.RESET) {
            fail(check, "connection reset", nowNs);
        } else if (check.kind == CheckKind.HTTP) {
            judgeHttp(check, length, nowNs);
        } else {
            judgeWebSocket(check, length, nowNs);
        }
    }

    private void judgeHttp(Check check, int length, long nowNs) {
        final int status = AnswerPeek.statusCode(check.answer, 0, check.answerLength);
        if (status >= settings.leastStatus() && status <= settings.mostStatus()) {
            pass(check, nowNs);
        } else if (status != 0) {
            fail(check, "answered " + status, nowNs);
        } else if (length == Transport.END_OF_STREAM) {
            fail(check, "hung up without an answer", nowNs);
        } else if (check.answerLength >= AnswerPeek.STATUS_END) {
            fail(check, "answered with something else than HTTP", nowNs);
        }
    }

    private void judgeWebSocket(Check check, int length, long nowNs) {
        final int verdict = AnswerPeek.peek(
                check.peekState,
                0,
                check.answer,
                0,
                check.answerLength,
                Check.ANSWER_LENGTH,
                accept.forKey(check.request, check.keyOffset));
        if (verdict == AnswerPeek.SWITCHED) {
            sendClose(check);
            report(check, true, "", nowNs);
        } else if (verdict == AnswerPeek.OTHER && (check.answerLength >= AnswerPeek.STATUS_END || length < 0)) {
            fail(check, refusal(AnswerPeek.statusCode(check.answer, 0, check.answerLength)), nowNs);
        } else if (length == Transport.END_OF_STREAM) {
            fail(check, "hung up without an answer", nowNs);
        }
    }

    /** The verdict may come before the status has: for its words the rest of that is waited for. */
    private static String refusal(int status) {
        return switch (status) {
            case 0 -> "answered with something else than HTTP";
            case SWITCHING_PROTOCOLS -> "switched protocols with a handshake that is not valid";
            default -> "refused the upgrade with " + status;
        };
    }

    private void judgeAgent(Check check, int length, long nowNs) {
        final boolean isComplete = AgentAnswer.isComplete(check.answer, 0, check.answerLength);
        if (!isComplete && length >= 0) {
            return;
        }
        disconnect(check);
        schedule(check, nowNs);
        if (length == Transport.RESET) {
            health.onAgentFailed(check.backend, "connection reset", nowNs);
        } else {
            health.onAgent(check.backend, AgentAnswer.of(check.answer, 0, check.answerLength), nowNs);
        }
    }

    /** Say goodbye in due form; the server's own is awaited as long as the check may take. */
    private void sendClose(Check check) {
        final UnsafeBuffer frame = check.answer;
        final int key = random.nextInt();
        frame.putByte(0, (byte) CLOSE_FIRST);
        frame.putByte(1, (byte) CLOSE_SECOND);
        frame.putInt(CLOSE_KEY_OFFSET, key);
        frame.putByte(CLOSE_CODE_OFFSET, (byte) (frame.getByte(CLOSE_KEY_OFFSET) ^ NORMAL_CLOSURE_HIGH));
        frame.putByte(CLOSE_CODE_OFFSET + 1, (byte) (frame.getByte(CLOSE_KEY_OFFSET + 1) ^ NORMAL_CLOSURE_LOW));
        if (transport.write(check.socket, frame, 0, CLOSE_LENGTH) == CLOSE_LENGTH) {
            check.step = Check.Step.CLOSING;
        } else {
            disconnect(check);
        }
    }

    private void pass(Check check, long nowNs) {
        disconnect(check);
        report(check, true, "", nowNs);
    }

    /** An agent that cannot be asked says nothing: whether the backend works is for the check of the backend. */
    private void fail(Check check, String what, long nowNs) {
        disconnect(check);
        if (check.isForAgent()) {
            schedule(check, nowNs);
            health.onAgentFailed(check.backend, what, nowNs);
        } else {
            report(check, false, what, nowNs);
        }
    }

    private void report(Check check, boolean passed, String what, long nowNs) {
        health.onCheck(check.backend, passed, what, check.startedNs, nowNs);
        schedule(check, nowNs);
    }

    private void schedule(Check check, long nowNs) {
        final long intervalNs = check.isForAgent()
                ? settings.agentIntervalNs()
                : health.isInTransition(check.backend) ? settings.fastIntervalNs() : settings.intervalNs();
        final long jitterNs = (long) (intervalNs * JITTER * (2 * random.nextDouble() - 1));
        final long dueNs = check.startedNs + intervalNs + jitterNs;
        check.dueNs = dueNs - nowNs > 0 ? dueNs : nowNs;
        // Not when it is due: while a WebSocket is closed, the time-out may come first.
        hasten(nextActionNs(check));
    }

    private void disconnect(Check check) {
        if (check.socket != Transport.NULL_SOCKET) {
            state.sockets.closeStray(check.socket);
            check.socket = Transport.NULL_SOCKET;
            openCount--;
        }
        check.step = Check.Step.IDLE;
        check.generation++;
    }

    private static long token(Check check) {
        return Token.ofCheck(check.index, check.generation);
    }
}
