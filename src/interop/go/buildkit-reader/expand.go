package main

import (
	"encoding/json"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

type question struct {
	Word   string            `json:"word"`
	Escape string            `json:"escape"`
	Env    map[string]string `json:"env"`
}

func expand(line []byte) any {
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		fail(err)
	}
	var env []string
	for k, v := range q.Env {
		env = append(env, k+"="+v)
	}
	getter := shell.EnvsFromSlice(env)
	escape := []rune(q.Escape)[0]
	answer := object{}
	put := func(name string, value any, err error) {
		if err != nil {
			answer[name] = object{"error": true}
		} else {
			answer[name] = value
		}
	}
	w, _, err := shell.NewLex(escape).ProcessWord(q.Word, getter)
	put("word", text(w), err)
	ws, err := shell.NewLex(escape).ProcessWords(q.Word, getter)
	put("words", texts(ws), err)
	raw := shell.NewLex('\\')
	raw.SkipProcessQuotes = true
	d, _, err := raw.ProcessWord(q.Word, getter)
	put("document", text(d), err)
	return answer
}
