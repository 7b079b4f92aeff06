#include <CLI/CLI.hpp>
#include <memory>

#include "client/cli/commands.h"
#include "client/cli/pki.h"

namespace consilium::cli {
namespace {

// Adds a subcommand whose options live in an `Options` and whose work is `run`.
template <typename Options, typename Run>
std::pair<CLI::App*, Options*> Add(CLI::App& pki, Invocation& invocation, const std::string& name,
                                   const std::string& what, const std::string& example, Run run) {
  CLI::App* command = pki.add_subcommand(name, what);
  command->footer("Example:\n  consilium pki " + name + " " + example);
  auto options = std::make_shared<Options>();
  command->callback([options, &invocation, run] {
    invocation.action = [options, &invocation, run] { return Print(run(*options), invocation); };
  });
  return {command, options.get()};
}

// A validator of names of federations and holders: a mistake is one of the command line.
CLI::Validator Name(const std::string& what) {
  return CLI::Validator(
      [what](std::string& given) {
        const Status status = security::CheckName(what, given);
        return status.ok() ? "" : std::string(Message(status));
      },
      "");
}

void AddIdentity(CLI::App& command, std::string& role, std::string& name,
                 security::HostNames& hosts) {
  command.add_option("--role", role, "What the holder is")
      ->required()
      ->check(CLI::IsMember({"node", "coordinator", "clinician", "operator", "auditor"}));
  command.add_option("--name", name, "The holder's name: a-z, 0-9 and -")
      ->required()
      ->check(Name("name"));
  command.add_option("--dns", hosts.dns, "DNS name of a server; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--ip", hosts.ip, "Address of a server; may be repeated")
      ->allow_extra_args(false);
}

void AddFiles(CLI::App& command, security::TlsFiles& files) {
  command.add_option("--certificate", files.certificate, "Certificate file")->required();
  command.add_option("--key", files.key, "Key file")->required();
}

void AddInit(CLI::App& pki, Invocation& invocation) {
  const auto [command, options] =
      Add<PkiInit>(pki, invocation, "init", "Make the authority of a new federation",
                   "--authority authority --federation heart",
                   [](const PkiInit& given) { return InitAuthority(given, SystemClock().Now()); });
  command->add_option("--authority", options->directory, "Directory to make")->required();
  command->add_option("--federation", options->federation, "Its name: a-z, 0-9 and -")
      ->required()
      ->check(Name("federation"));
  command->add_option("--years", options->years, "Lifetime")->capture_default_str();
}

void AddRequest(CLI::App& pki, Invocation& invocation) {
  const auto [command, options] =
      Add<PkiRequest>(pki, invocation, "request", "Make a key and a signing request, at the site",
                      "--directory tls --federation heart --role node --name cleveland "
                      "--dns node.cleveland.example",
                      RequestCertificate);
  command->add_option("--directory", options->directory, "Gets NAME.key and NAME.csr")
      ->capture_default_str();
  command->add_option("--federation", options->federation, "The federation's name")
      ->required()
      ->check(Name("federation"));
  AddIdentity(*command, options->role, options->name, options->hosts);
  command->add_flag("--new-key", options->new_key, "Replace a key that exists");
}

void AddRenew(CLI::App& pki, Invocation& invocation) {
  const auto [command, options] =
      Add<PkiRenew>(pki, invocation, "renew", "Make a signing request for a certificate's renewal",
                    "--certificate tls/cleveland.crt --key tls/cleveland.key --out cleveland.csr",
                    RenewCertificate);
  AddFiles(*command, options->files);
  command->add_option("--out", options->request, "Signing request to write")->required();
}

void AddSign(CLI::App& pki, Invocation& invocation) {
  const auto [command, options] =
      Add<PkiSign>(pki, invocation, "sign", "Sign a site's request; the operator says as what",
                   "--authority authority --request cleveland.csr --role node --name cleveland "
                   "--dns node.cleveland.example",
                   [](const PkiSign& given) { return SignRequest(given, SystemClock().Now()); });
  command->add_option("--authority", options->authority, "The authority's directory")->required();
  command->add_option("--request", options->request, "Signing request")->required();
  AddIdentity(*command, options->role, options->name, options->hosts);
  command->add_flag("--requested-hosts", options->requested_hosts,
                    "Sign the host names the request wishes");
  command->add_flag("--accept-other-wishes", options->accept_other_wishes,
                    "Sign although the request wishes another identity or other host names");
  command->add_option("--days", options->days, "Lifetime")->capture_default_str();
  command->add_option("--out", options->out, "Certificate to write; default: beside the request");
}

void AddShow(CLI::App& pki, Invocation& invocation) {
  using Paths = std::vector<std::string>;
  const auto [command, paths] =
      Add<Paths>(pki, invocation, "show", "Say what certificates or signing requests hold",
                 "tls/cleveland.crt", ShowFiles);
  command->add_option("files", *paths, "Certificates or signing requests")->required();
}

void AddList(CLI::App& pki, Invocation& invocation) {
  const auto [command, options] = Add<PkiList>(
      pki, invocation, "list", "List what the authority signed", "--authority authority --all",
      [](const PkiList& given) { return ListIssued(given, SystemClock().Now()); });
  command->add_option("--authority", options->authority, "The authority's directory")->required();
  command->add_flag("--all", options->all, "Also certificates that were renewed since");
}

void AddCheck(CLI::App& pki, Invocation& invocation) {
  const auto [command, files] = Add<security::TlsFiles>(
      pki, invocation, "check", "Check that files fit together; fails when it is time to renew",
      "--certificate tls/cleveland.crt --key tls/cleveland.key "
      "--authority-certificate tls/authority.crt",
      [](const security::TlsFiles& given) { return CheckFiles(given, SystemClock().Now()); });
  AddFiles(*command, *files);
  command->add_option("--authority-certificate", files->authority, "The authority's certificate")
      ->required();
}

}  // namespace

void AddPkiCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* pki = app.add_subcommand("pki", "Keys and certificates of a federation");
  pki->require_subcommand(1);
  pki->footer(
      "Example:\n"
      "  consilium pki init --authority authority --federation heart\n"
      "  consilium pki request --federation heart --role clinician --name doctor-who\n"
      "  consilium pki sign --authority authority --request doctor-who.csr --role clinician "
      "--name doctor-who");
  AddInit(*pki, invocation);
  AddRequest(*pki, invocation);
  AddRenew(*pki, invocation);
  AddSign(*pki, invocation);
  AddShow(*pki, invocation);
  AddList(*pki, invocation);
  AddCheck(*pki, invocation);
}

}  // namespace consilium::cli
