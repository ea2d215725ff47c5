"""How carriers say in Portuguese what `carriers.wording_abroad` reads: stages and causes. Words only, no rule."""

from carriers.wording_patterns import any_of, small_words

MARKS = small_words(
    "o os da do no na foi seu sua objeto encomenda para pelo pela ao nao entrega destinatario remetente esta"
    " em uma um as dos com por de"
)
_POINT = r"(agencia|ponto|loja|unidade|correios|posto|cacifo|locker|balcao|centro de retirada)"
PHRASES = {
    "cancelled": any_of(r"\b(envio|encomenda|objeto|pedido|etiqueta|postagem)( \w+){0,4} cancelad[oa]\b"),
    "returned": any_of(
        r"\b(entregue|devolvid[oa])( \w+){0,2} ao remetente\b|\bdevolucao( \w+){0,3} (concluida|entregue"
        r"|efetuada)\b"
    ),
    "returning": any_of(
        r"\b(devolucao|retorno|regresso|volta)( \w+){0,4} (remetente|origem)\b|\bem devolucao\b"
        r"|\bsera devolvid[oa]\b|\bsendo devolvid[oa]\b"
    ),
    "released": any_of(
        r"\b(liberad[oa]|desalfandegad[oa]|saiu|saida)( \w+){0,4} (alfandega|aduana|aduaneira|receita federal"
        r"|fiscalizacao)\b|\bdesalfandegad[oa]\b"
        r"|\b(desalfandegamento|desembaraco( aduaneiro)?|fiscalizacao( aduaneira)?)( \w+){0,3} (concluid[oa]"
        r"|finalizad[oa]|terminad[oa])\b"
    ),
    "unreleased": any_of(r"\b(nao|aguard\w*|antes|deve|falta|pendente)\b"),
    "customs": any_of(
        r"\b(alfandeg\w*|desalfandeg\w*|aduaneir[oa]s?|despacho postal|fiscalizacao|receita federal|importacao"
        r"|tributos?)\b"
    ),
    "prohibited": any_of(r"\b(proibid\w*|apreendid\w*|confiscad\w*|nao (permitid|autorizad)\w*|apreensao)\b"),
    "duties": any_of(
        r"\b(pag\w*|regularizar|dev\w*)( \w+){0,4} (impostos?|tributos?|taxas?|direitos|iva)\b",
        r"\b(impostos?|tributos?|taxas?|direitos|iva|pagamento|despacho postal)\b.*\b(pag\w*|pendente|aguard\w*"
        r"|devid\w*|regularizar)\b"
        r"|\baguard\w*( \w+){0,4} pagamento\b",
    ),
    "documents": any_of(
        r"\b(documentos?|documentacao|fatura|nota fiscal|informacoes|dados|declaracao|cpf)\b.*\b(falt\w*"
        r"|exigid\w*|necessari\w*|incomplet\w*"
        r"|solicitad\w*|pendente|apresentar|enviar|aguard\w*)\b",
        r"\b(falta\w*|aguard\w*|solicit\w*|exig\w*|necessari\w*)( \w+){0,4} (documentos?|documentacao|fatura"
        r"|informacoes|dados|cpf)\b",
    ),
    "inspected": any_of(
        r"\b(inspecao|inspecion\w*|verificacao|controlo|controle|retid[oa]|conferencia|analise|exame)\b"
    ),
    "lost": any_of(
        r"\b(perdid[oa]|extravi\w*|roubad[oa]|roubo|furto|furtad[oa]|desaparecid[oa]|nao localizad[oa] no fluxo"
        r"|destruid[oa])\b"
    ),
    "damaged": any_of(
        r"\b(danificad[oa]s?|danos?|avariad[oa]|avaria|quebrad[oa]|molhad[oa]|partid[oa] o conteudo)\b"
    ),
    "unharmed": any_of(r"\bsem (danos?|avarias?)\b"),
    "refused": any_of(r"\b(recusad[oa]|recusou|recusa|rejeitad[oa])\b"),
    "unclaimed": any_of(
        r"\bnao( \w+){0,3} (levantad[oa]|retirad[oa]|procurad[oa]|reclamad[oa])\b"
        r"|\bprazo( \w+){0,4} (expirad[oa]|esgotad[oa]|encerrad[oa]|vencid[oa]|ultrapassad[oa])\b"
    ),
    "address": any_of(
        r"\b(endereco|morada|cep|codigo postal|numero)( \w+){0,5} (incorret[oa]|incomplet[oa]|errad[oa]"
        r"|desconhecid[oa]|inexistente|insuficiente|nao encontrad[oa]|invalid[oa])\b",
        r"\bdestinatario( \w+){0,2} (desconhecido|mudou se|nao localizado)\b|\bmudou (se|de endereco)\b"
        r"|\bcarteiro nao atendido por endereco\b",
    ),
    "absent": any_of(
        r"\b(ausente|ausencia)\b|\bninguem( \w+){0,3} (casa|presente|atendeu|receber)\b|\b(fechad[oa]"
        r"|carteiro nao atendido|nao atendeu|aviso deixado|sem acesso)\b"
        r"|\bcliente nao (esta|estava)\b"
    ),
    "weather": any_of(
        r"\b(tempo|meteorolog\w*|chuvas?|tempestades?|neve|inundac\w*|enchentes?|furacao|greve|paralisacao"
        r"|temporal|desastre natural|alagament\w*)\b"
        r"|\bforca maior\b"
    ),
    "network": any_of(
        r"\b(erro de (encaminhamento|triagem|separacao|rota)|mal encaminhad[oa]|encaminhad[oa] por engano"
        r"|unidade errada|problemas? (tecnic[oa]|operaciona\w*|logistic[oa])s?"
        r"|avaria (do|no) veiculo|veiculo avariado|falha operacional|congestionamento|elevado volume"
        r"|voo (cancelado|atrasado))\b"
    ),
    "security": any_of(r"\b(seguranca|mercadorias? perigosas?|artigo perigoso|policia|suspeit[oa])\b"),
    "sender_data": any_of(
        r"\b(etiqueta|codigo de barras)( \w+){0,3} (ilegivel|ausente|danificad[oa]|incorret[oa])\b|\b(porte"
        r"|franquia) insuficiente\b"
        r"|\bexcesso de peso\b|\bembalagem (inadequada|insuficiente)\b"
    ),
    "collected": any_of(
        rf"\b(levantad[oa]|retirad[oa])( \w+){{0,5}} (n[oa]|em|pelo|pela|por) (\w+ ){{0,3}}({_POINT}"
        rf"|destinatario|cliente)\b"
    ),
    "counter": any_of(
        rf"\b(disponivel|pront[oa]|aguardando|depositad[oa])( \w+){{0,5}} (n[oa]|em|para|a"
        rf"|ao) (\w+ ){{0,3}}({_POINT}|retirada|levantamento)\b"
        r"|\baguardando retirada\b|\bdisponivel para (levantamento|retirada)\b"
    ),
    "tried": any_of(
        r"\bnao( \w+){0,4} (entregue|entregar|efetuada|realizada|sucedida)\b|\b(tentativa de entrega"
        r"|entrega nao (efetuada|realizada|conseguida)|entrega (falhada|malsucedida))\b"
    ),
    "out": any_of(
        r"\b(saiu|saida) para (a )?entrega\b|\bem (distribuicao|entrega|rota de entrega)\b|\b(carteiro|estafeta"
        r"|entregador|motorista)( \w+){0,4} (caminho|rota)\b"
    ),
    "planned": any_of(r"\b(sera|previst[oa]|estimad[oa]|agendad[oa]|em breve|previsao)\b"),
    "delivered": any_of(
        r"\bentregue\b|\bentrega (efetuada|realizada|concluida|conseguida|efectuada)\b|\bcaixa de correio\b"
    ),
    "registered": any_of(
        r"\b(etiqueta (emitida|criada|gerada)|pre ?postagem|pre ?registo)\b|\b(informacoes"
        r"|dados)( \w+){0,4} (recebid[ao]s|enviad[ao]s|enviadas para analise)\b"
        r"|\baguardando postagem\b|\bem preparacao\b|\bainda nao (\w+ )?(recebid[oa]|entregue aos)\b"
    ),
    "accepted": any_of(r"\b(postad[oa]|aceite|aceit[oa]|recolhid[oa]|coletad[oa]|recebid[oa])\b"),
    "handed_on": any_of(r"\bentregue (a|ao|à) (\w+ ){0,3}(transportadora|parceiro|companhia aerea|operador)\b"),
    "scan": any_of(
        r"\b(transito|encaminhad[oa]|transferencia|triagem|cheg\w*|saiu|saida|tratad[oa]|tratamento|centro"
        r"|unidade|expedid[oa]|a caminho|carregad[oa]|redirecionad[oa])\b"
    ),
    "delay": any_of(r"\b(atras\w*|retid[oa]|incidencia|suspens[oa]|adiad[oa]|anomalia|parad[oa])\b"),
}
