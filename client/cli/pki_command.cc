#include "base/command/work.h"
#include "client/cli/commands.h"
#include "client/cli/pki.h"

namespace consilium::cli {
namespace {

// Of the names of federations and holders: a mistake is one of the command line.
OptionRules RequiredName(const std::string& what) {
  return {.required = true,
          .check = [what](const std::string& given) { return security::CheckName(what, given); }};
}

void AddIdentity(const Command& command, std::string& role, std::string& name,
                 security::HostNames& hosts) {
  command.Option(
      "--role", &role, "What the holder is",
      {.required = true, .words = {"node", "coordinator", "clinician", "operator", "auditor"}});
  command.Option("--name", &name, "The holder's name: a-z, 0-9 and -", RequiredName("name"));
  command.Option("--dns", &hosts.dns, "DNS name of a server; may be repeated", {.one_each = true});
  command.Option("--ip", &hosts.ip, "Address of a server; may be repeated", {.one_each = true});
}

void AddFiles(const Command& command, security::TlsFiles& files) {
  command.Option("--certificate", &files.certificate, "Certificate file", {.required = true});
  command.Option("--key", &files.key, "Key file", {.required = true});
}

void AddInit(const Command& pki, Invocation& invocation) {
  const auto [command, options] = AddWork<PkiInit>(
      pki, invocation, "init", "Make the authority of a new federation",
      "--authority authority --federation heart",
      [](const PkiInit& given) { return InitAuthority(given, SystemClock().Now()); });
  command.Option("--authority", &options->directory, "Directory to make", {.required = true});
  command.Option("--federation", &options->federation, "Its name: a-z, 0-9 and -",
                 RequiredName("federation"));
  command.Option("--years", &options->years, "Lifetime", {.show_default = true});
}

void AddRequest(const Command& pki, Invocation& invocation) {
  const auto [command, options] = AddWork<PkiRequest>(
      pki, invocation, "request", "Make a key and a signing request, at the site",
      "--directory tls --federation heart --role node --name cleveland "
      "--dns node.cleveland.example",
      RequestCertificate);
  command.Option("--directory", &options->directory, "Gets NAME.key and NAME.csr",
                 {.show_default = true});
  command.Option("--federation", &options->federation, "The federation's name",
                 RequiredName("federation"));
  AddIdentity(command, options->role, options->name, options->hosts);
  command.Option("--new-key", &options->new_key, "Replace a key that exists");
}

void AddRenew(const Command& pki, Invocation& invocation) {
  const auto [command, options] = AddWork<PkiRenew>(
      pki, invocation, "renew", "Make a signing request for a certificate's renewal",
      "--certificate tls/cleveland.crt --key tls/cleveland.key --out cleveland.csr",
      RenewCertificate);
  AddFiles(command, options->files);
  command.Option("--out", &options->request, "Signing request to write", {.required = true});
}

void AddSign(const Command& pki, Invocation& invocation) {
  const auto [command, options] = AddWork<PkiSign>(
      pki, invocation, "sign", "Sign a site's request; the operator says as what",
      "--authority authority --request cleveland.csr --role node --name cleveland "
      "--dns node.cleveland.example",
      [](const PkiSign& given) { return SignRequest(given, SystemClock().Now()); });
  command.Option("--authority", &options->authority, "The authority's directory",
                 {.required = true});
  command.Option("--request", &options->request, "Signing request", {.required = true});
  AddIdentity(command, options->role, options->name, options->hosts);
  command.Option("--requested-hosts", &options->requested_hosts,
                 "Sign the host names the request wishes");
  command.Option("--accept-other-wishes", &options->accept_other_wishes,
                 "Sign although the request wishes another identity or other host names");
  command.Option("--days", &options->days, "Lifetime", {.show_default = true});
  command.Option("--out", &options->out, "Certificate to write; default: beside the request");
}

void AddShow(const Command& pki, Invocation& invocation) {
  const auto [command, paths] = AddWork<std::vector<std::string>>(
      pki, invocation, "show", "Say what certificates or signing requests hold",
      "tls/cleveland.crt", ShowFiles);
  command.Option("files", paths, "Certificates or signing requests", {.required = true});
}

void AddList(const Command& pki, Invocation& invocation) {
  const auto [command, options] = AddWork<PkiList>(
      pki, invocation, "list", "List what the authority signed", "--authority authority --all",
      [](const PkiList& given) { return ListIssued(given, SystemClock().Now()); });
  command.Option("--authority", &options->authority, "The authority's directory",
                 {.required = true});
  command.Option("--all", &options->all, "Also certificates that were renewed since");
}

void AddCheck(const Command& pki, Invocation& invocation) {
  const auto [command, files] = AddWork<security::TlsFiles>(
      pki, invocation, "check", "Check that files fit together; fails when it is time to renew",
      "--certificate tls/cleveland.crt --key tls/cleveland.key "
      "--authority-certificate tls/authority.crt",
      [](const security::TlsFiles& given) { return CheckFiles(given, SystemClock().Now()); });
  AddFiles(command, *files);
  command.Option("--authority-certificate", &files->authority, "The authority's certificate",
                 {.required = true});
}

}  // namespace

void AddPkiCommand(const Command& program, Invocation& invocation) {
  const Command pki = program.Add(
      "pki", "Keys and certificates of a federation",
      "Example:\n"
      "  consilium pki init --authority authority --federation heart\n"
      "  consilium pki request --federation heart --role clinician --name doctor-who\n"
      "  consilium pki sign --authority authority --request doctor-who.csr --role clinician "
      "--name doctor-who");
  AddInit(pki, invocation);
  AddRequest(pki, invocation);
  AddRenew(pki, invocation);
  AddSign(pki, invocation);
  AddShow(pki, invocation);
  AddList(pki, invocation);
  AddCheck(pki, invocation);
}

}  // namespace consilium::cli
