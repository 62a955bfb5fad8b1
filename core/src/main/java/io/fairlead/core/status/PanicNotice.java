package io.fairlead.core.status;

/**
 * So few backends are well that their health is ignored from now on, or no longer so. <b>Immutable.</b>
 *
 * @param timeMs milliseconds since 1970.
 * @param begins whether it is ignored from now on.
 * @param healthyPercent how much of the pool's weight is well.
 * @param threshold percent below which health is ignored.
 */
public record PanicNotice(long timeMs, boolean begins, int healthyPercent, int threshold) implements Notice {}
