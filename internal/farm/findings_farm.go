package farm

import (
	"fmt"
	"strings"
)

// reported compares what the farm says of itself with the file.
func (j *judge) reported() {
	rep, name := j.facts.Farm, j.farm.Name
	if rep.Configuration == "" {
		return // DescribeFarm failed, and that failure is shown by itself
	}
	if !strings.EqualFold(rep.Configuration, j.farm.Databases.Configuration) {
		j.add(SeverityBlocking, name, fmt.Sprintf("the farm's configuration database is %s, and the file says %s", rep.Configuration, j.farm.Databases.Configuration), "correct the file, or the addresses: this may be another farm")
	}
	var fileServers, frontEnds []string
	for _, s := range j.farm.SharePointServers() {
		fileServers = append(fileServers, s.Name)
	}
	for _, s := range j.farm.WithRole(RoleFrontEndWeb) {
		frontEnds = append(frontEnds, s.Name)
	}
	j.compare("server", rep.Servers, fileServers, SeverityBlocking)
	j.compare("Web server (Web Application service)", rep.WebServers, frontEnds, SeverityWarning)
	j.compare("host of Central Administration", rep.CentralAdministration, []string{j.farm.CentralAdministration().Name}, SeverityBlocking)
	for _, n := range rep.NeedsUpgrade {
		j.add(SeverityWarning, n, "the farm says that "+n+" needs an upgrade already", "find out which update was not finished")
	}
}

func (j *judge) compare(what string, reported, file []string, sev Severity) {
	for _, n := range reported {
		if !containsName(file, n) {
			j.add(sev, n, "the farm has a "+what+" that the file does not name as such: "+n, "add it to the file: a server left out is not updated")
		}
	}
	for _, n := range file {
		if !containsName(reported, n) {
			j.add(sev, n, "the file names a "+what+" that the farm does not report: "+n, "correct the file")
		}
	}
}
