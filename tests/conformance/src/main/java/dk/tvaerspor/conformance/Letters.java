package dk.tvaerspor.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.verapdf.core.VeraPDFException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;

/**
 * Validates every PDF of a folder as PDF/A-3a and as PDF/UA-1 with veraPDF, and prints which rule is broken where.
 *
 * <p>The exit code is 1 when any rule is broken, or when there was nothing to judge. Nothing is fetched from anywhere.
 */
public final class Letters {

  private static final List<PDFAFlavour> PROMISED = List.of(PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1);

  private final Map<String, Integer> told = new TreeMap<>();
  private final Map<String, Path> first = new TreeMap<>();
  private long checks;

  private Letters() {}

  /** Judges the folder and ends with what that comes to. */
  public static void main(String[] arguments) throws IOException, VeraPDFException {
    Logger.getLogger("").setLevel(Level.SEVERE);
    VeraGreenfieldFoundryProvider.initialise();
    System.exit(new Letters().folder(Path.of(arguments[0])) ? 0 : 1);
  }

  private boolean folder(Path folder) throws IOException, VeraPDFException {
    List<Path> files = files(folder);
    for (Path file : files) {
      for (PDFAFlavour flavour : PROMISED) {
        judge(file, flavour);
      }
    }
    told.forEach((line, times) -> System.out.println("ERROR " + times + "x, first in " + first.get(line) + ": " + line));
    int errors = told.values().stream().mapToInt(Integer::intValue).sum();
    String sum = files.size() + " letters judged as PDF/A-3a and PDF/UA-1: " + checks + " checks, ";
    System.out.println(sum + errors + " errors");
    return errors == 0 && !files.isEmpty();
  }

  private void judge(Path file, PDFAFlavour flavour) throws IOException, VeraPDFException {
    try (InputStream in = Files.newInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      checks += result.getTotalAssertions();
      for (TestAssertion broken : result.getTestAssertions()) {
        if (broken.getStatus() == TestAssertion.Status.FAILED) {
          RuleId rule = broken.getRuleId();
          String named = flavour.getId() + " " + rule.getClause() + "-" + rule.getTestNumber();
          remember(file, named + ": " + broken.getMessage());
        }
      }
      if (!result.isCompliant()) {
        remember(file, flavour.getId() + " is not what the letter is");
      }
    }
  }

  private void remember(Path file, String line) {
    told.merge(line, 1, Integer::sum);
    first.putIfAbsent(line, file.getFileName());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.filter(each -> each.toString().endsWith(".pdf")).sorted().toList();
    }
  }
}
