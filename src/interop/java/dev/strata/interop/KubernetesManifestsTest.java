package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Kubernetes' own types read the manifests, and its own rules admit the pods. */
class KubernetesManifestsTest {

    @Test
    void kubernetesTakesEveryObjectAndAdmitsThePods() {
        List<String> objects = Command.of("kubernetes-reader", "deploy/kubernetes/strata.yaml")
                .run()
                .result()
                .lines()
                .toList();

        assertThat(objects)
                .containsExactly(
                        "Namespace strata",
                        "ConfigMap strata",
                        "Secret strata",
                        "ServiceAccount strata",
                        "Deployment strata",
                        "Service strata",
                        "PodDisruptionBudget strata",
                        "Ingress strata");
    }
}
