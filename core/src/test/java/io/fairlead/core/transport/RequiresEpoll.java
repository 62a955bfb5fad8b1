package io.fairlead.core.transport;

import io.fairlead.core.transport.epoll.EpollTransport;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Only where there is an epoll transport: on Linux with JDK 22 or newer. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresEpoll.Condition.class)
public @interface RequiresEpoll {
    /** Skips, and says why. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            final String why = EpollTransport.whyUnavailable();
            return why == null
                    ? ConditionEvaluationResult.enabled("epoll is here")
                    : ConditionEvaluationResult.disabled(why);
        }
    }
}
