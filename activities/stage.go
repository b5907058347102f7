package activities

import (
	"context"
	"fmt"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// StageRequest asks a server to pull packages onto its own disk.
type StageRequest struct {
	ServerTarget
	Job    string             `json:"job"`
	Source farm.PackageSource `json:"source"`
	// Files are the names of the packages' files.
	Files []string `json:"files"`
	// Again copies also what is there with the source's size, because it was found damaged.
	Again bool `json:"again,omitempty"`
}

// StartStaging starts the pull of packages from a share or an address as a detached job of the setup account: a
// WinRM logon has no second hop, and gigabytes do not belong on WinRM. Files that are there in full stay, so that
// a pull after a reboot does what the one before left.
func (a *Activities) StartStaging(ctx context.Context, r StageRequest) (JobRef, error) {
	mode, folder := scripts.PullMissing, r.Source.Folder(r.Server)
	if r.Again {
		mode = scripts.PullAgain
	}
	script, texts := scripts.Pull, append([]string{strings.TrimRight(r.Source.UNC, `\`), folder}, r.Files...)
	if r.Source.UNC == "" {
		script, texts = scripts.Download, []string{r.Source.URL, folder, strings.Join(r.Files, "|")}
	}
	words, err := quotedAll(r.Server.Name, farm.StepStagePackages, texts...)
	if err != nil {
		return JobRef{}, err
	}
	command := fmt.Sprintf(`cmd.exe /c call "%s\%s" %s %s`, jobFolder(r.Server, r.Job), script.Name, mode, strings.Join(words, " "))
	if r.Source.UNC == "" {
		command = fmt.Sprintf(`powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%s\%s" -Mode %s -Url %s -Folder %s -Names %s`,
			jobFolder(r.Server, r.Job), script.Name, mode, words[0], words[1], words[2])
	}
	return a.start(ctx, r.ServerTarget, farm.StepStagePackages, r.Job, command, map[string][]byte{script.Name: []byte(script.Text)})
}

// removePackages removes pulled packages and what is left of broken copies from farmhand's own folder. What is not
// there is fine.
func removePackages(ctx context.Context, h *winhost.Host, folder string, files []string) error {
	for _, f := range files {
		for _, path := range []string{folder + `\` + f, folder + `\` + f + ".part"} {
			argument, err := winhost.Quoted(path)
			if err != nil {
				return err
			}
			if _, err := h.Command(ctx, "del /f /q "+argument); err != nil {
				return err
			}
		}
	}
	return removeEmpty(ctx, h, folder)
}
