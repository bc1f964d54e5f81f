package io.stepwise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.Configuration.consideringOnlyDependenciesInAnyPackage;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.adhereToPlantUmlDiagram;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {

  private static final int MAX_LINES = 400;

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.stepwise");

  @Test
  void packagesDependOnEachOtherAsDrawn() {
    classes()
        .should(
            adhereToPlantUmlDiagram(
                Path.of("docs/architecture.puml"),
                consideringOnlyDependenciesInAnyPackage(
                    "io.stepwise..",
                    "ai.djl..",
                    "com.sun.jna..",
                    "org.apache.pekko..",
                    "com.esotericsoftware.kryo..",
                    "com.fasterxml.jackson..",
                    "com.typesafe.config..",
                    "org.apache.commons.rng..",
                    "org.apache.commons.numbers..",
                    "org.ejml..",
                    "org.knowm.xchart..",
                    "com.google.protobuf..",
                    "org.jgrapht..",
                    "org.HdrHistogram..",
                    "java.net.http..",
                    "picocli..",
                    "me.tongfei.progressbar..",
                    "io.micrometer..",
                    "io.prometheus..")))
        .check(PRODUCTION);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.stepwise.(*)..").should().beFreeOfCycles().check(PRODUCTION);
  }

  @Test
  void noSourceFileIsLongerThanTheLimit() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      List<String> tooLong =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> lines(file) > MAX_LINES)
              .map(Path::toString)
              .toList();
      assertThat(tooLong).isEmpty();
    }
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("src/main/java/io/stepwise"))) {
      assertThat(folders)
          .isNotEmpty()
          .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
