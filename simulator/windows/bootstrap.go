package windows

import (
	"encoding/base64"
	"fmt"
	"strings"

	"farmhand/scripts"
)

// bootstrap is what bootstrap.ps1 does (scripts' package comment): it reads a nonce, the text of a script
// and its parameters from standard input, runs it and prints the sentinel.
func (s *session) bootstrap() int {
	s.script = "bootstrap.ps1"
	if strings.HasPrefix(s.system.PowerShell, "1.") { // Set-StrictMode came with 2.0
		return s.psError("The term 'Set-StrictMode' is not recognized as a cmdlet, function, operable program, or script file. Verify the term and try again.")
	}
	nonce, _ := s.readLine()
	text, err := s.readBase64()
	if err != nil {
		return s.threw(nonce, err)
	}
	parameters := map[string]string{}
	script, known := knownScript(text)
	s.script = script.Name
	for {
		line, more := s.readLine()
		if line == "." || !more {
			break
		}
		name, encoded, _ := strings.Cut(line, " ")
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return s.threw(nonce, fmt.Errorf("parameter %s: %w", name, err))
		}
		parameters[name] = string(value)
		s.script += fmt.Sprintf(" -%s \"%s\"", name, value)
	}
	if !known {
		s.script = "unknown script sha256 " + scripts.Hash(text)
		s.psUnknown("script")
		return s.threw(nonce, message("the script is not known to this server"))
	}
	var input []string
	for {
		line, more := s.readLine()
		if !more {
			break
		}
		input = append(input, line)
	}
	return s.runMet(commandStep(s.script, true), func() int { return s.answer(nonce, script, parameters, input) })
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
