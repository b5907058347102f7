package activities

import (
	"errors"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
)

// standInCommand refuses texts that would not stay what they are between the quotes of a command. Names and paths that a
// server answers are no more trusted than those of a file: what one server says may become a command on another.
func standInCommand(server string, step farm.StepKind, texts ...string) error {
	var wrong []error
	for _, t := range texts {
		if _, err := winhost.Quoted(t); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return failf(farm.FailureConfig, server, step, errors.Join(wrong...).Error(), "no command was sent; rename it on the server or correct the rollout file, or do this step by hand")
}

// quotedAll puts each text between quotes; those that cannot be are a failure.
func quotedAll(server string, step farm.StepKind, texts ...string) ([]string, error) {
	if err := standInCommand(server, step, texts...); err != nil {
		return nil, err
	}
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i], _ = winhost.Quoted(t) // checked above
	}
	return out, nil
}
