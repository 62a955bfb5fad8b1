package io.fairlead.bench.load;

import java.util.Locale;

/**
 * What was counted in one window of time on one subject. <b>Immutable.</b>
 *
 * @param subject what was measured.
 * @param round from 0.
 * @param position in the order of its round, from 0.
 * @param count round trips, or lives.
 * @param wallNs time that passed.
 * @param clientNs processor time of the load client.
 * @param echoNs processor time of the echo backend.
 * @param subjectNs processor time of the subject's own processes; 0 for a direct connection.
 * @param errorCount what went wrong.
 */
record Sample(
        String subject,
        int round,
        int position,
        long count,
        long wallNs,
        long clientNs,
        long echoNs,
        long subjectNs,
        long errorCount) {
    /** The columns of {@link #csv}. */
    static final String CSV_HEADER = "rig,subject,round,position,count,wall_ns,client_cpu_ns,echo_cpu_ns,"
            + "subject_cpu_ns,wall_us_each,cpu_us_each,errors";

    private static final double NS_PER_US = 1000.0;

    /** Time for each, in microseconds. */
    double wallUs() {
        return wallNs / NS_PER_US / count;
    }

    /** Processor time of all that took part for each, in microseconds. */
    double processorUs() {
        return (clientNs + echoNs + subjectNs) / NS_PER_US / count;
    }

    /** How much of the time the processes of this measurement had the processor, if they shared one. */
    double busyFraction() {
        return (double) (clientNs + echoNs + subjectNs) / wallNs;
    }

    /** One line, without its end. */
    String csv(String rig) {
        return String.format(
                Locale.ROOT,
                "%s,%s,%d,%d,%d,%d,%d,%d,%d,%.3f,%.3f,%d",
                rig,
                subject,
                round,
                position,
                count,
                wallNs,
                clientNs,
                echoNs,
                subjectNs,
                wallUs(),
                processorUs(),
                errorCount);
    }
}
