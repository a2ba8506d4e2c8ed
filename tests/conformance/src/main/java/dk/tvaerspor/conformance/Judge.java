package dk.tvaerspor.conformance;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.utilities.npm.NpmPackage;

/**
 * Validates every JSON file of a folder as FHIR R4 (4.0.1) and prints what is wrong, kind by kind.
 *
 * <p>Arguments: the folder, and optionally a folder of profile packages (*.tgz). The exit code is 1 when anything is an
 * error, or when there was nothing to judge. Nothing is fetched from anywhere. A profile that no package holds, a code of
 * a system that nobody here knows, is a warning: only whoever has the definition can judge it.
 */
public final class Judge {

  /** How HAPI says that a profile which a resource claims is not at hand; it goes on with the base definition. */
  private static final String NOT_AT_HAND = "Invalid profile. Failed to retrieve profile with url=";

  private static final Pattern INSIDE = Pattern.compile("\\.resource/\\*([^*]+)\\*/");

  private final FhirContext context = FhirContext.forR4();
  private final FhirValidator validator;

  private Judge(Path packages) throws IOException {
    UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(context);
    unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
    ValidationSupportChain chain = new ValidationSupportChain(
        new DefaultProfileValidationSupport(context),
        profiles(packages),
        new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context),
        new SnapshotGeneratingValidationSupport(context),
        unknown);
    FhirInstanceValidator instance = new FhirInstanceValidator(chain);
    instance.setAnyExtensionsAllowed(true);
    instance.setErrorForUnknownProfiles(false);
    validator = context.newValidator().registerValidatorModule(instance);
  }

  /** Judges the folder and ends with what that comes to. */
  public static void main(String[] arguments) throws IOException {
    Judge judge = new Judge(arguments.length > 1 && !arguments[1].isBlank() ? Path.of(arguments[1]) : null);
    System.exit(judge.folder(Path.of(arguments[0])) ? 0 : 1);
  }

  private PrePopulatedValidationSupport profiles(Path folder) throws IOException {
    PrePopulatedValidationSupport known = new PrePopulatedValidationSupport(context);
    if (folder == null) {
      return known;
    }
    for (Path file : files(folder, ".tgz")) {
      try (InputStream in = Files.newInputStream(file)) {
        NpmPackage content = NpmPackage.fromPackage(in);
        for (String type : List.of("StructureDefinition", "ValueSet", "CodeSystem")) {
          for (String name : content.listResources(type)) {
            try (InputStream resource = content.loadResource(name)) {
              IBaseResource read = context.newJsonParser().parseResource(resource);
              known.addResource(read);
            }
          }
        }
      }
      System.out.println("profiles of " + file.getFileName());
    }
    return known;
  }

  private boolean folder(Path folder) throws IOException {
    List<Path> files = files(folder, ".json");
    Map<String, Integer> told = new TreeMap<>();
    Map<String, Path> first = new TreeMap<>();
    Set<String> absent = new TreeSet<>();
    Set<String> foreign = foreign(folder);
    int inherited = 0;
    int warnings = 0;
    for (Path file : files) {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      for (SingleValidationMessage message : validator.validateWithResult(text).getMessages()) {
        ResultSeverityEnum severity = message.getSeverity();
        if (message.getMessage().startsWith(NOT_AT_HAND)) {
          absent.add(message.getMessage().substring(NOT_AT_HAND.length()));
        } else if (stands(file, message.getLocationString(), foreign)) {
          inherited++;
        } else if (severity == ResultSeverityEnum.ERROR || severity == ResultSeverityEnum.FATAL) {
          String where = message.getLocationString() == null ? "whole" : message.getLocationString();
          String line = where.replaceAll("\\[\\d+\\]", "[*]") + ": " + message.getMessage();
          told.merge(line, 1, Integer::sum);
          first.putIfAbsent(line, file.getFileName());
        } else if (severity == ResultSeverityEnum.WARNING) {
          warnings++;
        }
      }
    }
    told.forEach((line, times) -> System.out.println("ERROR " + times + "x, first in " + first.get(line) + ": " + line));
    absent.forEach(url -> System.out.println("not judged, no package holds it: " + url));
    int errors = told.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println(inherited + " remarks on what was taken over from received messages, which is theirs");
    System.out.println(files.size() + " resources judged: " + errors + " errors, " + warnings + " warnings");
    return errors == 0 && !files.isEmpty();
  }

  /** What was taken over from received messages, as "file Type/id". */
  private static Set<String> foreign(Path folder) throws IOException {
    Path told = folder.resolve("taken-over.txt");
    return new TreeSet<>(Files.exists(told) ? Files.readAllLines(told) : List.of());
  }

  private static boolean stands(Path file, String location, Set<String> foreign) {
    Matcher inside = INSIDE.matcher(location == null ? "" : location);
    return inside.find() && foreign.contains(file.getFileName() + " " + inside.group(1));
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.filter(each -> each.toString().endsWith(ending)).sorted().toList();
    }
  }
}
