package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type build struct {
	File     string            `json:"file"`
	Target   string            `json:"target"`
	Platform string            `json:"platform"`
	Build    string            `json:"build"`
	Args     map[string]string `json:"args"`
	Base     json.RawMessage   `json:"base"` // the configuration of every image
}

type images struct{ config []byte }

func (i images) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, digest.FromString(ref), i.config, nil
}

func plan(line []byte) (answer any) {
	defer func() {
		if r := recover(); r != nil {
			answer = object{"error": fmt.Sprint("BuildKit itself breaks off: ", r)}
		}
	}()
	var b build
	if err := json.Unmarshal(line, &b); err != nil {
		fail(err)
	}
	target, err := platforms.Parse(b.Platform)
	if err != nil {
		fail(err)
	}
	own, err := platforms.Parse(b.Build)
	if err != nil {
		fail(err)
	}
	ctx := context.Background()
	caps := pb.Caps.CapSet(pb.Caps.All())
	if b.Args == nil {
		b.Args = map[string]string{}
	}
	result, err := dockerfile2llb.Dockerfile2LLB(ctx, []byte(b.File), dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{Target: b.Target, BuildArgs: b.Args, BuildPlatforms: []ocispecs.Platform{own}},
		TargetPlatform: &target,
		MetaResolver:   images{b.Base},
		LLBCaps:        &caps,
		SourceMap:      llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", []byte(b.File)),
	})
	if err != nil {
		return object{"error": text(err.Error())}
	}
	definition, err := result.State.Marshal(ctx)
	if err != nil {
		return object{"error": text(err.Error())}
	}
	return object{"image": result.Image, "steps": steps(definition)}
}

func steps(definition *llb.Definition) any {
	type step struct {
		line int
		body object
	}
	var found []step
	for _, dt := range definition.Def {
		var op pb.Op
		if err := op.UnmarshalVT(dt); err != nil {
			fail(err)
		}
		line := 0
		if l, ok := definition.Source.Locations[string(digest.FromBytes(dt))]; ok && len(l.Locations) > 0 && len(l.Locations[0].Ranges) > 0 {
			line = int(l.Locations[0].Ranges[0].Start.Line)
		}
		platform := ""
		if op.Platform != nil {
			platform = platforms.Format(ocispecs.Platform{
				OS: op.Platform.OS, Architecture: op.Platform.Architecture, Variant: op.Platform.Variant,
			})
		}
		switch o := op.Op.(type) {
		case *pb.Op_Exec:
			meta := o.Exec.Meta
			env := []string{}
			for _, e := range meta.Env {
				if !strings.HasPrefix(e, "SSH_AUTH_SOCK=") { // a mount's
					env = append(env, e)
				}
			}
			sort.Strings(env)
			found = append(found, step{line, object{
				"op": "run", "line": line, "argv": texts(meta.Args), "env": texts(env), "user": text(meta.User),
				"cwd": text(meta.Cwd), "platform": platform,
			}})
		case *pb.Op_Source:
			found = append(found, step{line, object{
				"op": "source", "line": line, "identifier": o.Source.Identifier, "platform": platform,
			}})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].line < found[j].line })
	answer := []any{}
	for _, s := range found {
		answer = append(answer, s.body)
	}
	return answer
}
