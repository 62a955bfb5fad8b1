/**
 * JMH benchmarks of core: {@code java -jar bench/target/benchmarks.jar}. Every one of them checks what came back, so that
 * nothing is measured that does not work; {@code -prof gc} tells the bytes allocated by an operation.
 */
package io.fairlead.bench;
