package io.fairlead.bench.load;

import java.util.Locale;

/**
 * What was counted in one window of time on one subject. <b>Immutable.</b>
 *
 * @param subject what was measured.
 * @param round from 0.
 * @param position in the order of its round, from 0.
 * @param count round trips, lives, or returns.
 * @param length bytes of payload of each, one way.
 * @param wallNs time that passed.
 * @param clientNs processor time of the load client.
 * @param echoNs processor time of the echo backend.
 * @param subjectNs processor time of the subject's own processes; 0 for a direct connection.
 * @param errorCount what went wrong.
 * @param missedCount what an open loop should have begun in the window and had not completed soon after.
 */
record Sample(
        String subject,
        int round,
        int position,
        long count,
        long length,
        long wallNs,
        long clientNs,
        long echoNs,
        long subjectNs,
        long errorCount,
        long missedCount) {
    /** The columns of {@link #csv}. */
    static final String CSV_HEADER =
            "rig,subject,placement,round,position,count,bytes,wall_ns,client_cpu_ns,echo_cpu_ns,"
                    + "subject_cpu_ns,errors,missed";

    private static final double NS_PER_US = 1000.0;
    private static final double MISSED_LIMIT = 0.01;

    /** Time for each, in microseconds. */
    double wallUs() {
        return wallNs / NS_PER_US / count;
    }

    /** Processor time of all that took part for each, in microseconds. */
    double processorUs() {
        return (clientNs + echoNs + subjectNs) / NS_PER_US / count;
    }

    /** The same without the client, which in an open loop spends its time on waiting. */
    double serverUs() {
        return (echoNs + subjectNs) / NS_PER_US / count;
    }

    /** Processor time of the client for each, in microseconds. */
    double clientUs() {
        return clientNs / NS_PER_US / count;
    }

    /** Processor time of the subject's own processes for each, in microseconds. */
    double subjectUs() {
        return subjectNs / NS_PER_US / count;
    }

    /** The client's part of all processor time. */
    double clientFraction() {
        return (double) clientNs / (clientNs + echoNs + subjectNs);
    }

    /** How much of a core the client took. */
    double clientCoreFraction() {
        return (double) clientNs / wallNs;
    }

    /** How many begin and end each second. */
    double rate() {
        return 1e9 * count / wallNs;
    }

    /** Payload in 10^6 bytes a second, one way. */
    double megabytesPerSecond() {
        return rate() * length / 1e6;
    }

    /** How much of the time the processes of this measurement had the processor, if they shared one. */
    double busyFraction() {
        return (double) (clientNs + echoNs + subjectNs) / wallNs;
    }

    /** Whether an open loop kept its rate: at least 99 % of what was due was done. */
    boolean hasKeptRate() {
        return missedCount <= MISSED_LIMIT * (count + missedCount);
    }

    /**
     * One line, without its end.
     *
     * @param rig its name.
     * @param placement which process ran where.
     */
    String csv(String rig, String placement) {
        return String.format(
                Locale.ROOT,
                "%s,%s,%s,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d",
                rig,
                subject,
                placement,
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
