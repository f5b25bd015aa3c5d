// Validates FHIR R4 resources, one JSON object a line on standard input, with HAPI's instance validator.
// Writes one line for each message that is no mere information: severity, place, what. Ends with 1 if any is an error.

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;

public class Validate {
    public static void main(String[] arguments) throws Exception {
        FhirContext context = FhirContext.forR4();
        PrePopulatedValidationSupport own = new PrePopulatedValidationSupport(context);
        ValidationSupportChain support = new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                own,
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context));
        FhirInstanceValidator instances = new FhirInstanceValidator(support);
        instances.setAnyExtensionsAllowed(true);
        FhirValidator validator = context.newValidator().registerValidatorModule(instances);
        int resources = 0, errors = 0, warnings = 0;
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            resources += 1;
            if (line.contains("\"resourceType\":\"CodeSystem\"") || line.contains("\"resourceType\":\"ValueSet\"")) {
                IBaseResource resource = context.newJsonParser().parseResource(line);
                own.addResource(resource);
            }
            for (SingleValidationMessage one : validator.validateWithResult(line).getMessages()) {
                if (one.getSeverity() == ResultSeverityEnum.INFORMATION) continue;
                if (one.getSeverity() == ResultSeverityEnum.WARNING) warnings += 1;
                else errors += 1;
                System.out.println(resources + "\t" + one.getSeverity() + "\t" + one.getLocationString() + "\t" + one.getMessage());
            }
        }
        System.err.println(resources + " resources, " + errors + " errors, " + warnings + " warnings");
        System.exit(errors == 0 ? 0 : 1);
    }
}
