package io.fairlead.core.loop;

import io.fairlead.core.rules.AgentAnswer;
import java.util.Locale;

/** Words for what an agent said. */
final class AgentWords {
    private AgentWords() {}

    static String describe(AgentAnswer answer) {
        final StringBuilder text = new StringBuilder("its agent says");
        if (answer.administrative() != AgentAnswer.Administrative.NONE) {
            text.append(' ').append(answer.administrative().name().toLowerCase(Locale.ROOT));
        }
        if (answer.operational() != AgentAnswer.Operational.NONE) {
            text.append(' ').append(answer.operational().name().toLowerCase(Locale.ROOT));
        }
        if (answer.weightPercent() != AgentAnswer.NOT_SAID) {
            text.append(' ').append(answer.weightPercent()).append('%');
        }
        if (answer.maxConnections() != AgentAnswer.NOT_SAID) {
            text.append(" maxconn:").append(answer.maxConnections());
        }
        return answer.reason().isEmpty() ? text.toString() : text + " #" + answer.reason();
    }
}
