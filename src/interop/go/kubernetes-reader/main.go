// Command kubernetes-reader reads manifests as Kubernetes itself does, field by field, and says what it would refuse:
//
//	kubernetes-reader FILE...    one line for each object: its kind and name, and what is wrong with it
//
// A field that there is none of is wrong, and so are pods that the restricted standard does not admit.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func main() {
	decoder := strictDecoder()
	restricted, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		fail(err)
	}
	refused := false
	for _, name := range os.Args[1:] {
		content, err := os.ReadFile(name)
		if err != nil {
			fail(err)
		}
		documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
		for {
			document, err := documents.Read()
			if errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				fail(err)
			}
			answer, ok := check(document, decoder, restricted)
			fmt.Println(answer)
			refused = refused || !ok
		}
	}
	if refused {
		os.Exit(1)
	}
}

func strictDecoder() runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, corev1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			fail(err)
		}
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}

func check(document []byte, decoder runtime.Decoder, restricted policy.Evaluator) (string, bool) {
	object, kind, err := decoder.Decode(document, nil, nil)
	if err != nil {
		return fmt.Sprintf("refused: %v", err), false
	}
	about, err := meta.Accessor(object)
	if err != nil {
		return fmt.Sprintf("refused: %v", err), false
	}
	name := kind.Kind + " " + about.GetName()
	if deployment, ok := object.(*appsv1.Deployment); ok {
		pod := deployment.Spec.Template
		level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
		result := policy.AggregateCheckResults(restricted.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec))
		if !result.Allowed {
			return name + " refused: " + result.ForbiddenReason() + ": " + result.ForbiddenDetail(), false
		}
	}
	return name, true
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}
