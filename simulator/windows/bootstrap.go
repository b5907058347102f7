package windows

import (
	"encoding/base64"
	"fmt"
	"strings"

	"farmhand/scripts"
)

// bootstrap is what bootstrap.ps1 does (scripts' package comment): it reads a nonce, and of each script the text and the
// parameters from standard input, runs it and prints the sentinel. The first that throws is the last.
func (s *session) bootstrap() int {
	s.scripts = []string{"bootstrap.ps1"}
	if strings.HasPrefix(s.system.PowerShell, "1.") { // Set-StrictMode came with 2.0
		return s.psError("The term 'Set-StrictMode' is not recognized as a cmdlet, function, operable program, or script file. Verify the term and try again.")
	}
	nonce, _ := s.readLine()
	s.scripts = nil
	for {
		if exit, more := s.bootstrapOne(nonce); !more || exit != 0 {
			return exit
		}
	}
}

// bootstrapOne runs one script of the bootstrap. more says that it ended by itself and another one follows.
func (s *session) bootstrapOne(nonce string) (exit int, more bool) {
	text, err := s.readBase64()
	if err != nil {
		s.scripts = append(s.scripts, "bootstrap.ps1")
		return s.threw(nonce, err), false
	}
	parameters := map[string]string{}
	script, known := knownScript(text)
	called := script.Name
	for {
		line, more := s.readLine()
		if line == "." || !more {
			break
		}
		name, encoded, _ := strings.Cut(line, " ")
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			s.scripts = append(s.scripts, called)
			return s.threw(nonce, fmt.Errorf("parameter %s: %w", name, err)), false
		}
		parameters[name] = string(value)
		called += fmt.Sprintf(" -%s \"%s\"", name, value)
	}
	if !known {
		s.scripts = append(s.scripts, "unknown script sha256 "+scripts.Hash(text))
		s.psUnknown("script")
		return s.threw(nonce, message("the script is not known to this server")), false
	}
	s.scripts = append(s.scripts, called)
	input, again := s.readInput(nonce)
	ran := false
	exit = s.runMet(commandStep(called, true), func() int {
		ran = true
		return s.answer(nonce, script, parameters, input)
	})
	return exit, again && ran
}

// readInput reads a script's own standard input. again says that a line with the nonce ended it.
func (s *session) readInput(nonce string) (input []string, again bool) {
	for {
		line, more := s.readLine()
		if !more {
			return input, false
		}
		if line == nonce {
			return input, true
		}
		input = append(input, line)
	}
}

// answer runs a known script and prints its records and the sentinel.
func (s *session) answer(nonce string, script scripts.Script, parameters map[string]string, input []string) int {
	records, err := s.callScript(script, parameters, input)
	if err != nil {
		s.printRecords(records)
		return s.threw(nonce, err)
	}
	s.printRecords(records)
	s.outf("##END\n##RC=0 %s\n", nonce)
	return 0
}

func (s *session) readBase64() (string, error) {
	line, _ := s.readLine()
	text, err := base64.StdEncoding.DecodeString(line)
	if err != nil {
		return "", fmt.Errorf("the script is not in base64: %w", err)
	}
	return string(text), nil
}

// threw ends a script that failed.
func (s *session) threw(nonce string, err error) int {
	s.outf("%s\n##RC=1 %s\n", NewRecord("error", "text", err.Error()), nonce)
	return 1
}

func (s *session) printRecords(records []Record) {
	for _, r := range records {
		s.outf("%s\n", r)
	}
}

// callScript asks the model of a script.
func (s *session) callScript(script scripts.Script, parameters map[string]string, input []string) ([]Record, error) {
	model, ok := s.machine.models[script.SHA256]
	if !ok {
		return nil, message("The script " + script.Name + " has no model on this server.")
	}
	return model(s.ctx, ScriptCall{
		Machine: s.machine, Script: script, User: s.user, Administrator: s.administrator,
		Parameters: parameters, Input: input, Task: s.task, session: s,
	})
}
