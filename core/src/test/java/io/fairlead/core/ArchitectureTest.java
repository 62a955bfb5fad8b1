package io.fairlead.core;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directions between the packages of core, and what nothing below its root may do. */
final class ArchitectureTest {
    private static final String ROOT = "io.fairlead.core";
    private static final Set<String> BELOW =
            Set.of("loop", "health", "table", "rules", "status", "transport", "transport.epoll");
    private static final JavaClasses CLASSES =
            new ClassFileImporter(Set.of(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)).importPackages(ROOT);
    private static final String SIMULATION = ROOT + ".simulation";
    private static final JavaClasses TEST_CLASSES = new ClassFileImporter().importPackages(SIMULATION + ".network");

    /** What core's pom has put into its test-jar. */
    private static final Pattern INCLUDE =
            Pattern.compile("<include>([^<]*/simulation/network/[^<]*)\\.class</include>");

    @Test
    void shouldHaveImportedEveryPackageOfCore() {
        final Set<String> packages = new TreeSet<>();
        CLASSES.forEach(type -> packages.add(type.getPackageName()));
        final Set<String> expected = new TreeSet<>(Set.of(ROOT));
        BELOW.forEach(name -> expected.add(ROOT + "." + name));
        assertEquals(expected, packages, "a package that nobody ruled on");
        assertTrue(CLASSES.size() > 60, () -> CLASSES.size() + " classes");
    }

    /** Packages are named from core's root, or in full; java.lang and java.util are always allowed. */
    @ParameterizedTest
    @CsvSource({
        "loop, health table rules status transport org.agrona.. java.net java.io java.nio java.nio.charset",
        "health, ''",
        "table, org.agrona.. java.net java.nio",
        "rules, org.agrona java.nio java.nio.charset java.security",
        "status, rules java.net java.nio",
        "transport, org.agrona java.nio.. java.net java.io",
        "transport.epoll, transport org.agrona.. java.nio.. java.net java.io"
    })
    void shouldDependOnlyOnWhatItMay(String name, String allowed) {
        onlyDepends(name, allowed).check(CLASSES);
    }

    /** Numbers in network order are read as such; the bytes themselves stand in Agrona's buffers. */
    @Test
    void shouldNameByteOrdersButHoldNoBuffersOfTheJdkInRules() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".rules")
                .should()
                .dependOnClassesThat(resideInAPackage("java.nio").and(not(simpleName("ByteOrder"))))
                .check(CLASSES);
    }

    @Test
    void shouldUseNothingButAgronaBesidesTheJdk() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ROOT + "..", "java..", "org.agrona..", "com.sun.management", "")
                .check(CLASSES);
    }

    @Test
    void shouldLeaveTheRootToItsUsers() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldNeitherTellTimeNorLogNorSleepNorStartThreadsBelowTheRoot() {
        for (final ArchRule rule : noSideDoors(ROOT + ".*..")) {
            rule.check(CLASSES);
        }
    }

    @Test
    void shouldNotKnowTheSimulation() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SIMULATION + "..")
                .check(CLASSES);
    }

    @Test
    void shouldPublishTheSimulatedNetworkWithAllItNeeds() throws IOException {
        final Set<String> published = new TreeSet<>();
        final Matcher include = INCLUDE.matcher(Files.readString(Path.of("pom.xml")));
        while (include.find()) {
            published.add(include.group(1).replace('/', '.'));
        }
        assertTrue(published.contains(SIMULATION + ".network.SimulatedNetwork"), published::toString);
        final DescribedPredicate<JavaClass> isPublished = isAmong(published);

        onlyDependsOnPublished(isPublished).check(TEST_CLASSES);
        assertTrue(
                onlyDependsOnPublished(isPublished.or(simpleName("SimulatedPeers")))
                        .evaluate(TEST_CLASSES)
                        .hasViolation(),
                "it bites");
    }

    /** Who has the jar has core and Agrona, but neither JUnit nor what else the simulation consists of. */
    private static ArchRule onlyDependsOnPublished(DescribedPredicate<JavaClass> isPublished) {
        return classes()
                .that(isPublished)
                .should()
                .onlyDependOnClassesThat(
                        isPublished.or(resideInAnyPackage(ROOT + ".transport", "java..", "org.agrona..", "")));
    }

    private static DescribedPredicate<JavaClass> isAmong(Set<String> published) {
        return DescribedPredicate.describe("are published", type -> {
            final String name = type.getBaseComponentType().getName();
            final int nested = name.indexOf('$');
            return published.contains(name) || (nested > 0 && published.contains(name.substring(0, nested) + "$*"));
        });
    }

    @Test
    void shouldBiteWhenRulesAreBroken() {
        // The root does start threads and read clocks: what is forbidden below is seen there.
        final List<ArchRule> rules = noSideDoors(ROOT);
        final long broken = rules.stream()
                .filter(rule -> rule.evaluate(CLASSES).hasViolation())
                .count();
        assertTrue(broken >= 2, () -> "of " + rules.size() + " rules " + broken + " see what the root does");
        assertTrue(
                onlyDepends("loop", "health table rules status org.agrona.. java.net java.io java.nio java.nio.charset")
                        .evaluate(CLASSES)
                        .hasViolation());
        assertFalse(
                CLASSES.that(resideInAPackage(ROOT + ".loop").and(alwaysTrue())).isEmpty());
    }

    private static ArchRule onlyDepends(String name, String allowed) {
        final List<String> packages = new ArrayList<>(List.of(ROOT + "." + name, "java.lang..", "java.util..", ""));
        for (final String each : allowed.split(" ", -1)) {
            packages.add(BELOW.contains(each) ? ROOT + "." + each : each);
        }
        return classes()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(packages.toArray(String[]::new));
    }

    private static List<ArchRule> noSideDoors(String where) {
        return List.of(
                noClasses().that().resideInAPackage(where).should().callMethod(System.class, "nanoTime"),
                noClasses().that().resideInAPackage(where).should().callMethod(System.class, "currentTimeMillis"),
                noClasses()
                        .that()
                        .resideInAPackage(where)
                        .should()
                        .dependOnClassesThat(JavaClass.Predicates.assignableTo(Thread.class)),
                noClasses()
                        .that()
                        .resideInAPackage(where)
                        .should()
                        .dependOnClassesThat(JavaClass.Predicates.assignableTo(Executor.class)),
                noClasses()
                        .that()
                        .resideInAPackage(where)
                        .should()
                        .dependOnClassesThat(JavaClass.Predicates.equivalentTo(LockSupport.class)),
                noClasses()
                        .that()
                        .resideInAPackage(where)
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching(
                                "java\\.time\\..*Clock|java\\.util\\.(Timer|logging\\..*)|java\\.lang\\.System\\$Logger.*"),
                noClasses()
                        .that()
                        .resideInAPackage(where)
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching(
                                "org\\.agrona\\.concurrent\\.(System.*Clock|.*EpochClock|AgentRunner|.*IdleStrategy)"),
                noClasses().that().resideInAPackage(where).should().accessField(System.class, "out"),
                noClasses().that().resideInAPackage(where).should().accessField(System.class, "err"),
                noClasses().that().resideInAPackage(where).should().callMethod(Throwable.class, "printStackTrace"));
    }
}
