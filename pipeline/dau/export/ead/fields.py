"""Elements of the profiles, in their order, and the codes of Thông tư 05/2025/TT-BNV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dau.document.orthography import fold

LENGTHS = {
    "doc_id": 25, "doc_code": 100, "file_code": 100, "maintenance": 100, "type": 10, "number": 11, "notation": 30,
    "issuer": 200, "subject": 500, "language": 100, "pages": 4, "infor_sign": 30, "keyword": 100, "mode": 20,
    "confidence_level": 30, "autograph": 2000, "format": 50, "risk_recovery": 1, "risk_recovery_status": 2,
    "process": 1, "description": 500,
}  # fmt: skip
DOSSIER_LENGTHS = {
    "file_code": 100, "title": 1000, "maintenance": 100, "mode": 30, "language": 100, "keyword": 100, "total_doc": 10,
    "number_of_paper": 10, "number_of_page": 10, "format": 50, "infor_sign": 30, "confidence_level": 40,
    "paper_file_code": 100, "risk_recovery": 1, "risk_recovery_status": 2, "description": 2000,
}  # fmt: skip
CODES = {
    "maintenance": frozenset(f"{n:02}" for n in range(1, 8)),
    "mode": frozenset(("01", "02", "03")),
    "confidence_level": frozenset(("01", "02", "03")),
    "risk_recovery": frozenset(("0", "1")),
    "risk_recovery_status": frozenset(("01", "02")),
    "process": frozenset(("0", "1")),
}
"""Fields of which the regulation lists the values; a table with another one is refused."""
_TYPES = (
    "Nghị quyết", "Quyết định", "Chỉ thị", "Quy chế", "Quy định", "Thông cáo", "Thông báo", "Hướng dẫn", "Chương trình",
    "Kế hoạch", "Phương án", "Đề án", "Dự án", "Báo cáo", "Tờ trình", "Giấy ủy quyền", "Phiếu gửi", "Phiếu chuyển",
    "Phiếu báo", "Biên bản", "Hợp đồng", "Công văn", "Công điện", "Bản ghi nhớ", "Bản thỏa thuận", "Giấy mời",
    "Giấy giới thiệu", "Giấy nghỉ phép", "Thư công", "Bản đồ", "Bản vẽ kỹ thuật",
)  # fmt: skip
OTHER_TYPE = "32"
TYPE_CODES = {fold(name): f"{n:02}" for n, name in enumerate(_TYPES, 1)}
SUPPLIED = (
    "doc_id", "maintenance", "mode", "infor_sign", "keyword", "autograph", "format", "risk_recovery",
    "risk_recovery_status", "process", "description", "confidence_level", "language",
)  # fmt: skip
"""Fields of a document that no scan says, or that the archivist knows better: columns of the table `documents`."""


@dataclass(frozen=True)
class Profile:
    """`document` and `dossier`: our field → element, in order. `types` whether the type of a document is a code or
    its name."""

    name: str
    document: Mapping[str, str]
    dossier: Mapping[str, str]
    codes: bool = True
    metadata: str = "simpledc"


_DOSSIER = {
    "file_code": "fileCode", "title": "title", "maintenance": "maintenance", "mode": "mode", "language": "language",
    "start_date": "startDate", "end_date": "endDate", "keyword": "keyword", "total_doc": "totalDoc",
    "number_of_paper": "numberOfPaper", "number_of_page": "numberOfPage", "format": "format",
    "infor_sign": "inforSign", "confidence_level": "confidenceLevel", "paper_file_code": "paperFileCode",
    "risk_recovery": "riskRecovery", "risk_recovery_status": "riskRecoveryStatus", "description": "description",
}  # fmt: skip
_SIP = {
    "doc_id": "docId", "doc_code": "docCode", "maintenance": "maintenance", "type": "typeName", "number": "codeNumber",
    "notation": "codeNotation", "issued": "issuedDate", "issuer": "organName", "subject": "subject",
    "language": "language", "pages": "numberOfPage", "infor_sign": "inforSign", "keyword": "keyword", "mode": "mode",
    "confidence_level": "confidenceLevel", "autograph": "autograph", "format": "format",
    "risk_recovery": "riskRecovery", "risk_recovery_status": "riskRecoveryStatus", "process": "process",
    "description": "description",
}  # fmt: skip
_AIP = {
    "file_code": "arcFileCode", "mode": "mode", "language": "language", "keyword": "keyword", "pages": "numberOfPage",
    "format": "format", "infor_sign": "inforSign", "confidence_level": "confidenceLevel", "description": "description",
    "doc_code": "docCode", "ordinal": "docOrdinal", "type": "typeName", "number": "codeNumber",
    "notation": "codeNotation", "issued": "issuedDate", "issuer": "organName", "subject": "subject",
    "autograph": "autograph", "process": "process",
}  # fmt: skip
_TT02 = {
    "doc_code": "DocCode", "file_code": "FileCode", "fonds_code": "OrganId", "catalogue": "FileCatalog",
    "dossier_number": "FileNotation", "ordinal": "DocOrdinal", "type": "TypeName", "number": "CodeNumber",
    "notation": "CodeNotation", "issued": "IssuedDate", "issuer": "OrganName", "subject": "Subject",
    "language": "Language", "pages": "PageAmount", "description": "Description", "infor_sign": "InforSign",
    "keyword": "Keyword", "mode": "Mode", "confidence_level": "ConfidenceLevel", "autograph": "Autograph",
    "format": "Format",
}  # fmt: skip
_TT02_DOSSIER = {
    "file_code": "FileCode", "fonds_code": "OrganId", "catalogue": "FileCatalog", "dossier_number": "FileNotation",
    "title": "Title", "maintenance": "Maintenance", "mode": "Rights", "language": "Language",
    "start_date": "StartDate", "end_date": "EndDate", "total_doc": "TotalDoc", "description": "Description",
    "infor_sign": "InforSign", "keyword": "Keyword", "number_of_paper": "SheetNumber", "number_of_page": "PageNumber",
    "format": "Format",
}  # fmt: skip
PROFILES = {
    "sip": Profile("sip", _SIP, _DOSSIER),
    "aip": Profile("aip", _AIP, {**_DOSSIER, "file_code": "arcFileCode"}),
    "tt02": Profile("tt02", _TT02, _TT02_DOSSIER, codes=False, metadata="metadata"),
}
