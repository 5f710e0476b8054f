package main

import (
	"bytes"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

type object map[string]any

// What instructions are expanded with; the test has the same.
var surroundings = shell.EnvsFromSlice([]string{
	"A=one two", "B=", "C=a/b/c.tar.gz", "D=*", "HOME=/root", "É=é", "_x=1", "P=80-82",
})

func read(dt []byte) any {
	answer := object{}
	if _, whole, _, ok := parser.DetectSyntax(dt); ok {
		answer["syntax"] = text(whole)
	}
	result, err := parser.Parse(bytes.NewReader(dt))
	if err != nil {
		answer["error"] = text(err.Error())
		return answer
	}
	stages, arguments, err := instructions.Parse(result.AST, nil)
	if err != nil {
		answer["error"] = text(err.Error())
		return answer
	}
	if len(stages) == 0 {
		answer["error"] = "no stages"
		return answer
	}
	answer["escape"] = string(result.EscapeToken)
	shlex := shell.NewLex(result.EscapeToken)
	var globals, list []any
	for _, a := range arguments {
		globals = append(globals, command(&a, shlex))
	}
	for _, s := range stages {
		stage := object{"line": s.Location[0].Start.Line, "name": s.Name, "code": text(s.SourceCode)}
		stage["image"] = object{"is": text(s.BaseName), "expanded": word(shlex, s.BaseName)}
		stage["platform"] = object{"is": text(s.Platform), "expanded": word(shlex, s.Platform)}
		var commands []any
		for _, c := range s.Commands {
			commands = append(commands, command(c, shlex))
		}
		stage["instructions"] = commands
		list = append(list, stage)
	}
	answer["arguments"] = globals
	answer["stages"] = list
	return answer
}

func word(shlex *shell.Lex, w string) any {
	result, _, err := shlex.ProcessWord(w, surroundings)
	if err != nil {
		return object{"error": true}
	}
	return text(result)
}

func command(c instructions.Command, shlex *shell.Lex) any {
	answer := object{"name": strings.ToUpper(c.Name()), "line": c.Location()[0].Start.Line, "is": describe(c, false)}
	if _, isArg := c.(*instructions.ArgCommand); isArg {
		return answer
	}
	if ex, ok := c.(instructions.SupportsSingleWordExpansion); ok {
		err := ex.Expand(func(w string) (string, error) {
			result, _, err := shlex.ProcessWord(w, surroundings)
			return result, err
		})
		if err != nil {
			answer["expanded"] = object{"error": true}
			return answer
		}
	}
	if ex, ok := c.(instructions.SupportsSingleWordExpansionRaw); ok {
		raw := shell.NewLex('\\')
		raw.SkipProcessQuotes = true
		err := ex.ExpandRaw(func(w string) (string, error) {
			result, _, err := raw.ProcessWord(w, surroundings)
			return result, err
		})
		if err != nil {
			answer["expanded"] = object{"error": true}
			return answer
		}
	}
	if expose, ok := c.(*instructions.ExposeCommand); ok {
		var ports []string
		for _, p := range expose.Ports {
			words, err := shlex.ProcessWords(p, surroundings)
			if err != nil {
				answer["expanded"] = object{"error": true}
				return answer
			}
			ports = append(ports, words...)
		}
		expose.Ports = ports
	}
	answer["expanded"] = describe(c, true)
	return answer
}

func describe(c instructions.Command, expanded bool) any {
	switch c := c.(type) {
	case *instructions.ArgCommand:
		var pairs []any
		for _, a := range c.Args {
			if a.Value == nil {
				pairs = append(pairs, []any{text(a.Key), nil})
			} else {
				pairs = append(pairs, []any{text(a.Key), text(*a.Value)})
			}
		}
		return object{"variables": pairs}
	case *instructions.EnvCommand:
		return object{"assignments": assignments(c.Env)}
	case *instructions.LabelCommand:
		return object{"assignments": assignments(c.Labels)}
	case *instructions.MaintainerCommand:
		return object{"name": text(c.Maintainer)}
	case *instructions.AddCommand:
		return object{
			"chown": text(c.Chown), "chmod": text(c.Chmod), "link": c.Link, "exclude": texts(c.ExcludePatterns),
			"checksum": text(c.Checksum), "keepGitDir": c.KeepGitDir, "unpack": c.Unpack, "files": files(c.SourcesAndDest),
		}
	case *instructions.CopyCommand:
		return object{
			"from": text(c.From), "chown": text(c.Chown), "chmod": text(c.Chmod), "link": c.Link, "parents": c.Parents,
			"exclude": texts(c.ExcludePatterns), "files": files(c.SourcesAndDest),
		}
	case *instructions.OnbuildCommand:
		answer := object{"trigger": text(c.Expression)}
		result, err := parser.Parse(strings.NewReader(c.Expression))
		if err != nil || len(result.AST.Children) != 1 {
			answer["parsed"] = object{"error": true}
		} else if inner, err := instructions.ParseCommand(result.AST.Children[0]); err != nil {
			answer["parsed"] = object{"error": true}
		} else {
			answer["parsed"] = describe(inner, false)
		}
		return answer
	case *instructions.WorkdirCommand:
		return object{"path": text(c.Path)}
	case *instructions.RunCommand:
		answer := object{
			"command": commandLine(c.ShellDependantCmdLine), "network": instructions.GetNetwork(c),
			"security": instructions.GetSecurity(c),
		}
		if expanded {
			answer["mounts"] = mounts(c)
		}
		return answer
	case *instructions.CmdCommand:
		return object{"command": commandLine(c.ShellDependantCmdLine)}
	case *instructions.EntrypointCommand:
		return object{"command": commandLine(c.ShellDependantCmdLine)}
	case *instructions.HealthCheckCommand:
		h := c.Health
		return object{
			"test": texts(h.Test), "interval": h.Interval, "timeout": h.Timeout, "startPeriod": h.StartPeriod,
			"startInterval": h.StartInterval, "retries": h.Retries,
		}
	case *instructions.ExposeCommand:
		return object{"ports": texts(c.Ports)}
	case *instructions.UserCommand:
		return object{"name": text(c.User)}
	case *instructions.VolumeCommand:
		return object{"paths": texts(c.Volumes)}
	case *instructions.StopSignalCommand:
		return object{"signal": text(c.Signal)}
	case *instructions.ShellCommand:
		return object{"words": texts(c.Shell)}
	}
	return object{"unknown": true}
}

func assignments(pairs instructions.KeyValuePairs) any {
	var result []any
	for _, p := range pairs {
		result = append(result, []any{text(p.Key), text(p.Value)})
	}
	return result
}

func files(s instructions.SourcesAndDest) any {
	documents := []any{}
	for _, d := range s.SourceContents {
		documents = append(documents, object{"name": text(d.Path), "content": text(d.Data), "expands": d.Expand})
	}
	return object{"sources": texts(s.SourcePaths), "documents": documents, "destination": text(s.DestPath)}
}

func commandLine(c instructions.ShellDependantCmdLine) any {
	documents := []any{}
	for _, f := range c.Files {
		documents = append(documents, object{"name": text(f.Name), "text": text(f.Data), "stripsTabs": f.Chomp})
	}
	return object{"words": texts(c.CmdLine), "inShell": c.PrependShell, "documents": documents}
}

func mounts(c *instructions.RunCommand) any {
	result := []any{}
	for _, m := range instructions.GetMounts(c) {
		mount := object{
			"type": m.Type, "from": text(m.From), "source": text(m.Source), "target": text(m.Target), "readOnly": m.ReadOnly,
			"id": text(m.CacheID), "sharing": m.CacheSharing, "required": m.Required, "size": m.SizeLimit,
			"env": m.Env, "mode": m.Mode, "uid": m.UID, "gid": m.GID,
		}
		result = append(result, mount)
	}
	return slices.Clip(result)
}
