package io.fairlead.bench.load;

import java.io.IOException;
import java.util.List;

/**
 * Time and processor time of a window. <b>Owned by the load thread.</b>
 */
final class Meter {
    private final Target target;
    private final int round;
    private final int position;
    private final List<Long> echo;
    private final List<Long> self = List.of(ProcessHandle.current().pid());
    private long wallNs;
    private long clientNs;
    private long echoNs;
    private long subjectNs;

    /**
     * Not begun.
     *
     * @param target the subject.
     * @param round from 0.
     * @param position in its round, from 0.
     * @param echo processes of the backend; may be empty.
     */
    Meter(Target target, int round, int position, List<Long> echo) {
        this.target = target;
        this.round = round;
        this.position = position;
        this.echo = echo;
    }

    /** The window begins now. */
    void begin() throws IOException {
        clientNs = ProcessTime.ns(self);
        echoNs = ProcessTime.ns(echo);
        subjectNs = ProcessTime.ns(target.processIds());
        wallNs = System.nanoTime();
    }

    /** It ends now. */
    void end() throws IOException {
        wallNs = System.nanoTime() - wallNs;
        clientNs = ProcessTime.ns(self) - clientNs;
        echoNs = ProcessTime.ns(echo) - echoNs;
        subjectNs = ProcessTime.ns(target.processIds()) - subjectNs;
    }

    /** What was counted in the window, see {@link Sample}. */
    Sample sample(long count, long length, long errorCount, long missedCount) {
        return new Sample(
                target.name(),
                round,
                position,
                count,
                length,
                wallNs,
                clientNs,
                echoNs,
                subjectNs,
                errorCount,
                missedCount);
    }
}
