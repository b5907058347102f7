package windows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/world"
)

func (s *session) hostname(string) int {
	s.outf("%s\n", s.system.Name)
	return 0
}

func (s *session) whoami(string) int {
	s.outf("%s\n", strings.ToLower(s.user))
	return 0
}

func (s *session) chcp(tail string) int {
	words := splitWords(tail)
	if len(words) > 0 {
		n, err := strconv.Atoi(words[0])
		if err != nil || n <= 0 {
			s.errorf("Invalid code page")
			return 1
		}
		s.codePage = n
	}
	s.outf("Active code page: %d\n", s.codePage)
	return 0
}

func (s *session) usage(text string) int {
	s.failed(message(text))
	return 1
}

// tasklist is tasklist.exe, as a table or with /fo csv.
func (s *session) tasklist(tail string) int {
	_, flags := switches(tail)
	words := splitWords(strings.ToLower(tail))
	csv := slices.Contains(words, "csv")
	if !slices.Contains(flags, "/nh") {
		if csv {
			s.outf("\"Image Name\",\"PID\",\"Session Name\",\"Session#\",\"Mem Usage\"\n")
		} else {
			s.outf("\nImage Name                     PID Session Name        Session#    Mem Usage\n========================= ======== ================ =========== ============\n")
		}
	}
	s.view(func(tx *world.Tx) {
		for _, p := range Processes(tx, s.machine.name) {
			if csv {
				s.outf("\"%s\",\"%d\",\"Services\",\"0\",\"10,240 K\"\n", p.Image, p.PID)
			} else {
				s.outf("%-25.25s %8d %-16s %11d %12s\n", p.Image, p.PID, "Services", 0, "10,240 K")
			}
		}
	})
	return 0
}

// taskkill is taskkill.exe /pid N or /im NAME, with /f and /t. A service's process cannot be named.
func (s *session) taskkill(tail string) int {
	words := splitWords(tail)
	match := func(process) bool { return false }
	named := ""
	for i := 0; i+1 < len(words); i++ {
		value := words[i+1]
		switch strings.ToLower(words[i]) {
		case "/pid":
			pid, _ := strconv.Atoi(value)
			match, named = func(p process) bool { return p.PID == pid }, value
		case "/im":
			match, named = func(p process) bool { return matches(value, base(p.Image)) }, value
		}
	}
	if named == "" {
		return s.usage("ERROR: Invalid syntax. Neither /FI nor /PID nor /IM were specified.\nType \"TASKKILL /?\" for usage.")
	}
	var killed []int
	err := s.update(func(tx *world.Tx) error {
		for _, p := range processes(tx, s.machine.name) {
			if match(p) {
				killed = append(killed, killTree(tx, s.machine.name, p.PID)...)
			}
		}
		return nil
	})
	if err != nil {
		return exitKilled
	}
	if len(killed) == 0 {
		s.errorf("ERROR: The process \"%s\" not found.", named)
		return 128
	}
	for _, pid := range killed {
		s.life.detach(pid)
		s.outf("SUCCESS: The process with PID %d has been terminated.\n", pid)
	}
	return 0
}

// wmic is wmic os get NAME[,NAME…] /value. Its lines end in CR CR LF when they go down a pipe.
func (s *session) wmic(tail string) int {
	words, flags := switches(tail)
	if len(words) < 3 || !strings.EqualFold(words[0], "os") || !strings.EqualFold(words[1], "get") || !slices.ContainsFunc(flags, func(f string) bool {
		return f == "/value" || f == "/format:list"
	}) {
		s.errorf("Invalid GET Expression.")
		return 44135
	}
	var since, now time.Time
	s.view(func(tx *world.Tx) { since, now = toldBoot(tx, s.machine.name), Clock(tx, s.machine.name) })
	const stamp = "20060102150405.000000+000"
	values := map[string]string{
		"caption": s.system.Caption, "version": s.system.Version, "csname": s.system.Name,
		"csdversion":     fmt.Sprintf("Service Pack %d", s.system.ServicePack),
		"lastbootuptime": since.Format(stamp), "localdatetime": now.Format(stamp),
	}
	if !s.system.is2003() {
		values["osarchitecture"] = map[farm.Architecture]string{farm.X64: "64-bit", farm.X86: "32-bit"}[s.system.Architecture]
	}
	names := strings.FieldsFunc(strings.Join(words[2:], " "), func(r rune) bool { return r == ',' || r == ' ' })
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	s.outf("\r\n\r\n")
	for _, n := range names {
		v, known := values[strings.ToLower(n)]
		if !known {
			s.errorf("Invalid query")
			return 44137
		}
		s.outf("%s=%s\r\n", n, v)
	}
	s.outf("\r\n\r\n")
	return 0
}
